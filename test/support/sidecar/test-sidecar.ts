import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { Limits, Settings } from '../../../sidecar/src/config/settings.ts';
import { LineLog } from '../../../sidecar/src/observability/line-log.ts';
import { Sidecar } from '../../../sidecar/src/sidecar.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { usualSettings } from './default-settings.ts';

/** The text of server modules, by addon. `socketio/index.ts` unless the key says more: `base/socketio/index.js`. */
export type ServerModules = Readonly<Record<string, string>>;

/** Settings of a sidecar that differ from the usual ones. */
export interface TestSettings extends Partial<Omit<Settings, 'limits'>> {
  readonly limits?: Partial<Limits>;
}

/** Why a handshake was refused. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
}

/** Puts server modules where a sidecar finds them; the folder goes with the test. */
export async function makeAddons(modules: ServerModules): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-addons-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(modules)) {
    const file = join(folder, path.includes('/') ? path : `${path}/socketio/index.ts`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await writeFile(join(folder, path.split('/', 1)[0] ?? '', '__manifest__.py'), '{}');
  }
  return folder;
}

/** A whole sidecar in this process, on a free port; it stops with the test. {@link ModuleSidecar} has a process of its own. */
export class TestSidecar {
  readonly lines: string[] = [];
  readonly sidecar: Sidecar;
  /** How its pages connect. */
  transport: 'websocket' | 'polling' = 'websocket';
  #port = 0;

  private constructor(settings: Settings) {
    this.sidecar = new Sidecar(settings, new LineLog((line) => this.lines.push(line), 1, settings.logFormat));
    onTestFinished(() => this.sidecar.stop());
  }

  static async start(
    database: TestDatabase,
    modules: ServerModules,
    { limits, ...settings }: TestSettings = {},
  ): Promise<TestSidecar> {
    const usual = usualSettings(database.server, [database.name]);
    const started = new TestSidecar({
      ...usual,
      addonsPath: [await makeAddons(modules)],
      limits: { ...usual.limits, ...limits },
      ...settings,
    });
    started.#port = await started.sidecar.start();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get log(): string {
    return this.lines.join('');
  }

  /** A page of its own, not connected yet; closed when the test has finished. */
  open(path: string, auth: object): Socket {
    return openSocket(`${this.url}${path}`, auth, this.transport);
  }

  /** A page that has connected. Tries again while the sidecar has not reached its database. */
  async connect(path: string, db: string, token: string): Promise<Socket> {
    for (;;) {
      const socket = this.open(path, { db, token });
      const refusal = await outcome(socket);
      if (refusal === null) return socket;
      if (refusal.code !== 'database_unavailable') throw new Error(`${refusal.code}: ${refusal.message}`);
    }
  }

  /** Why a page with that proof is refused. */
  async refusal(path: string, auth: object): Promise<Refusal> {
    for (;;) {
      const refusal = await outcome(this.open(path, auth));
      if (refusal === null) throw new Error(`The handshake with ${JSON.stringify(auth)} was not refused.`);
      if (refusal.code !== 'database_unavailable') return refusal;
    }
  }
}

/** A page of its own, not connected yet; closed when the test has finished. @param url with its namespace */
export function openSocket(
  url: string,
  auth: object,
  transport: 'websocket' | 'polling' = 'websocket',
): Socket {
  const socket = io(url, {
    auth,
    forceNew: true,
    autoConnect: false,
    reconnection: false,
    transports: [transport],
  });
  onTestFinished(() => void socket.disconnect());
  return socket;
}

/** Connects once. @returns null if it was let in */
export function outcome(socket: Socket): Promise<Refusal | null> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(null));
    socket.once('connect_error', (error: Error & { data?: Refusal }) => {
      resolve(error.data ?? { code: 'transport', message: error.message, retry: true });
    });
    socket.connect();
  });
}

/** The next arguments of an event. */
export function nextEvent(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve) => socket.once(event, (...args: unknown[]) => resolve(args)));
}
