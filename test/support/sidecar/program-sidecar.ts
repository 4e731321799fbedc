import { io, type Socket } from 'socket.io-client';
import { expect, onTestFinished } from 'vitest';
import { TestDatabase } from '../postgres/test-database.ts';
import { type Program, runSidecar, serverVariables } from '../process/program.ts';
import { makeAddons, outcome } from './test-sidecar.ts';

/** The built sidecar in a process of its own, with a database and server modules. */
export class ProgramSidecar {
  readonly database: TestDatabase;
  readonly url: string;
  /** The folder of its addons. */
  readonly addons: string;
  readonly program: Program;

  private constructor(database: TestDatabase, program: Program, url: string, addons: string) {
    this.database = database;
    this.program = program;
    this.url = url;
    this.addons = addons;
  }

  /** @param module the server module of the addon `base` */
  static async start(module: string, env: Readonly<Record<string, string>> = {}): Promise<ProgramSidecar> {
    const database = await TestDatabase.create();
    const addons = await makeAddons({ base: module });
    const program = runSidecar(['-d', database.name, '-p', '0'], {
      ...serverVariables(database.server),
      WEB_SOCKETIO_ADDONS_PATH: addons,
      ...env,
    });
    const text = () => program.lines.join('\n');
    await expect.poll(text).toContain('Connected to PostgreSQL');
    const url = /(http:\/\/127\.0\.0\.1:\d+)\b.* for /.exec(text())?.[1] ?? '';
    return new ProgramSidecar(database, program, url, addons);
  }

  get log(): string {
    return this.program.lines.join('\n');
  }

  async auth(uid = 2): Promise<{ db: string; token: string }> {
    return { db: this.database.name, token: await this.database.addToken({ uid }) };
  }

  /** A page that has connected; it ends with the test. */
  async connect(path: string): Promise<Socket> {
    const socket = io(`${this.url}${path}`, {
      auth: await this.auth(),
      ...{ forceNew: true, autoConnect: false, reconnection: false, transports: ['websocket'] },
    });
    onTestFinished(() => void socket.disconnect());
    expect(await outcome(socket)).toBe(null);
    return socket;
  }

  /** One of its metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** In megabytes. */
  async memory(): Promise<number> {
    return Math.round((await this.metric('process_resident_memory_bytes')) / 1e6);
  }
}
