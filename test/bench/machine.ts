import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { programFolder } from '../../sidecar/playground/postgres/postgres-programs.ts';
import { readNodeVersion } from './node-program.ts';
import { openFilesLimit } from './servers/open-files.ts';

const run = promisify(execFile);
const Package = z.object({ version: z.string() });

/** Where and with what it was measured. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: string;
  readonly system: string;
  readonly openFiles: number;
  /** Of the servers under test, and of their clients. */
  readonly node: string;
  readonly clientNode: string;
  readonly postgres: readonly string[];
  readonly socketIo: string;
  /** How many processes were ready to run on average, in the last minute, before and after. */
  readonly loadAtStart: number;
  readonly loadAtEnd: number;
}

/** @param node the program `node` of the servers under test */
export async function describeMachine(node: string): Promise<Omit<Machine, 'loadAtEnd'>> {
  const [processor] = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    processor: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${process.platform} ${release()}`,
    openFiles: openFilesLimit(),
    node: await readNodeVersion(node),
    clientNode: process.version,
    postgres: await Promise.all([postgresVersion(15), postgresVersion(18)]),
    socketIo: await packageVersion('socket.io'),
    loadAtStart: load(),
  };
}

/** How many processes are ready to run on average, in the last minute. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

export function machineLines(machine: Machine): string[] {
  const { date, processor, cores, memory, system, openFiles, node, clientNode, postgres, socketIo } = machine;
  return [
    `${date} UTC, ${processor}, ${cores} cores, ${memory}, ${system}, at most ${openFiles} open files`,
    `Node ${node} (clients: ${clientNode}), PostgreSQL ${postgres.join(' and ')}, socket.io ${socketIo}`,
    `load ${machine.loadAtStart.toFixed(1)} at the start, ${machine.loadAtEnd.toFixed(1)} at the end`,
  ];
}

async function postgresVersion(major: 15 | 18): Promise<string> {
  const { stdout } = await run(join(programFolder(major), 'postgres'), ['--version']);
  return /[\d.]+/.exec(stdout)?.[0] ?? stdout.trim();
}

async function packageVersion(name: string): Promise<string> {
  const main = createRequire(import.meta.url).resolve(name);
  const file = join(dirname(main), '../package.json');
  return Package.parse(JSON.parse(await readFile(file, 'utf8'))).version;
}
