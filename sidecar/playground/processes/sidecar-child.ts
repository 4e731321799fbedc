import { fileURLToPath } from 'node:url';
import { HOST } from '../port.ts';
import type { PostgresAddress } from '../postgres/postgres.ts';
import { Child, type Ending } from './child.ts';
import { endingWithUs } from './ordinary-user.ts';

export type SidecarState = 'running' | 'stopped' | 'starting';

export interface SidecarChildOptions {
  readonly postgres: PostgresAddress;
  readonly database: string;
  readonly port: number;
  readonly odooUrl: string;
  /** The folder of the addons. */
  readonly addons: string;
}

/** Who is told of the sidecar. */
export interface SidecarListener {
  changed(state: SidecarState): void;
  line(line: string): void;
  /** It ended although nobody asked it to. */
  failed(ending: Ending): void;
}

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A drain, and what follows it. */
const PATIENCE_MS = 20_000;

/** The sidecar as a process: the built program, told by the variables that a service would set. */
export class SidecarChild {
  readonly url: string;
  readonly #options: SidecarChildOptions;
  readonly #listener: SidecarListener;
  #child: Child | null = null;
  #state: SidecarState = 'stopped';

  constructor(options: SidecarChildOptions, listener: SidecarListener) {
    this.#options = options;
    this.#listener = listener;
    this.url = `http://${HOST}:${options.port}`;
  }

  get state(): SidecarState {
    return this.#state;
  }

  /** Resolves with true when it serves, and with false if it ended before. Without effect while there is one. */
  async start(): Promise<boolean> {
    if (this.#child === null) this.#launch();
    return this.#child !== null && (await this.#serves(this.#child));
  }

  /** Lets it end, or with SIGKILL ends it without a chance to say good-bye. May be called twice. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#asked.add(child);
    await child.stop(signal, PATIENCE_MS);
  }

  readonly #asked = new Set<Child>();

  #launch(): void {
    const { postgres, database, port, odooUrl, addons } = this.#options;
    const child = new Child({
      command: endingWithUs([process.execPath, MAIN, '--dev']),
      env: {
        ...process.env,
        WEB_SOCKETIO_DATABASE: database,
        WEB_SOCKETIO_INTERFACE: HOST,
        WEB_SOCKETIO_PORT: `${port}`,
        WEB_SOCKETIO_ODOO_URL: odooUrl,
        WEB_SOCKETIO_ADDONS_PATH: addons,
        WEB_SOCKETIO_DB_HOST: postgres.host,
        WEB_SOCKETIO_DB_PORT: `${postgres.port}`,
        WEB_SOCKETIO_DB_USER: postgres.user,
        WEB_SOCKETIO_DB_PASSWORD: postgres.password,
        // A handful of pages need no more.
        WEB_SOCKETIO_DRAIN_SECONDS: '1',
      },
      cwd: ROOT,
    });
    this.#child = child;
    child.onLine((line) => this.#listener.line(line));
    this.#change('starting');
    void this.#serves(child).then((serves) => {
      if (serves && this.#child === child) this.#change('running');
    });
    void child.ended.then((ending) => {
      this.#child = null;
      this.#change('stopped');
      if (!this.#asked.delete(child)) this.#listener.failed(ending);
    });
  }

  async #serves(child: Child): Promise<boolean> {
    const [listens, isConnected] = await Promise.all([
      child.saysLine(/Listening on/),
      child.saysLine(/Connected to PostgreSQL/),
    ]);
    return listens && isConnected;
  }

  #change(state: SidecarState): void {
    this.#state = state;
    this.#listener.changed(state);
  }
}
