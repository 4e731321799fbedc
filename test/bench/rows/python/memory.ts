import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../../support/postgres/postgres.ts';
import { Program } from '../../../support/process/program.ts';
import { ourMost } from '../../aim.ts';
import { type Row, figure as shown, toRow } from '../../row.ts';
import type { Benchmark, Run } from '../../run.ts';
import { findPython } from '../../servers/python-sidecar.ts';
import { Target } from '../../servers/target.ts';

const BARE = fileURLToPath(new URL('../../python/bare_greenlets.py', import.meta.url));

/** The resident memory of a process, in bytes. */
async function readResident(pid = 0): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** @returns by how many bytes the worker grew for each handler that waits */
async function measureOurs(sockets: number, node: string): Promise<number> {
  const postgres = await startPostgres(15);
  const scenario = { sockets, channel: 'bench_one', baseline: 'plain' } as const;
  const target = await Target.openPython(postgres, scenario, node);
  try {
    const before = await readResident(target.server.workerPid);
    await target.connect();
    return ((await readResident(target.server.workerPid)) - before) / sockets;
  } finally {
    await target.stop();
    await postgres.stop();
  }
}

/** @returns the bytes of a greenlet that waits and has nothing else */
async function measureBare(greenlets: number): Promise<number> {
  const { command, env } = findPython();
  const program = new Program({ command, args: [BARE, `${greenlets}`], env });
  await program.ended;
  return Number(program.log);
}

function memory(sockets: number): Benchmark {
  const name = `Python: memory of a waiting greenlet at ${sockets.toLocaleString('en')}`;
  const figure = { name, unit: 'KiB', aims: [ourMost(25)] };
  const measure = async ({ rounds, node, progress }: Run): Promise<Row[]> => {
    const [ours, bare]: [number[], number[]] = [[], []];
    while (ours.length < rounds) {
      ours.push((await measureOurs(sockets, node)) / 1_024);
      bare.push((await measureBare(sockets)) / 1_024);
      progress(`ours ${shown(ours.at(-1) ?? 0)}, a bare greenlet ${shown(bare.at(-1) ?? 0)} KiB`);
    }
    return [{ ...toRow(name, 'KiB', ours, bare), ...figure }];
  };
  return { name, figures: [figure], warmUp: 'none', measure };
}

/** What does a handler in Python cost that waits for messages? The baseline is a greenlet that waits for nothing of ours. */
export const PYTHON_MEMORY = [memory(1_000), memory(5_000)];
