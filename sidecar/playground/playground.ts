import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watch } from 'chokidar';
import { Control } from './control.ts';
import { Lock } from './lock.ts';
import { News } from './news.ts';
import { OpenERP } from './openerp/openerp.ts';
import { PageFiles } from './page-files.ts';
import { choosePort, HOST } from './port.ts';
import { Database } from './postgres/database.ts';
import { Postgres } from './postgres/postgres.ts';
import { errorCode, Problem } from './problem.ts';
import { SidecarChild, type SidecarChildOptions } from './processes/sidecar-child.ts';
import { WebServer } from './web-server.ts';

const ROOT = new URL('../../', import.meta.url);
const ADDONS = new URL('addon/', ROOT);
const FOLDER = fileURLToPath(new URL('.playground', ROOT));
const MODULE = 'addon/web_socketio_demo/socketio/index.ts';
const DATABASE = 'playground';
const USUAL_PORT = 8069;
const USUAL_SIDECAR_PORT = 8068;
const PROBLEM_LINE = / (?:WARNING|ERROR|CRITICAL) /;

/** Who is told of what goes wrong. */
export interface PlaygroundListener {
  /** One line for the terminal. */
  problem(line: string): void;
  /** It cannot go on: whoever started it stops it. */
  broken(line: string): void;
}

/** PostgreSQL, a stand-in for Odoo, and the real sidecar. */
export class Playground {
  readonly #listener: PlaygroundListener;
  readonly #news = new News();
  readonly #releases: (() => unknown)[] = [];
  /** What the sidecar had to say before it served: of no interest if it starts on another port. */
  readonly #early: string[] = [];
  #isStarted = false;
  #stopping: Promise<void> | undefined;

  constructor(listener: PlaygroundListener) {
    this.#listener = listener;
  }

  /**
   * Resolves when the page can be used.
   *
   * @returns what to show on the terminal
   * @throws Problem
   */
  async start(): Promise<string> {
    try {
      return await this.#start();
    } catch (error) {
      throw toProblem(error);
    }
  }

  /** Ends all processes, and leaves the data. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(): Promise<string> {
    await mkdir(FOLDER, { recursive: true });
    const lock = await Lock.take(join(FOLDER, 'lock'));
    this.#releases.push(() => lock.release());
    const web = new WebServer((error) => this.#listener.problem(describe(error)));
    this.#releases.push(() => web.close());
    const url = `http://${HOST}:${await web.listen(USUAL_PORT)}`;
    const postgres = await this.#startPostgres();
    const database = await Database.open(postgres.address, DATABASE, ADDONS);
    this.#releases.push(() => database.close());
    await database.watchMessages((news) => this.#news.tell('message', news));
    const sidecar = await this.#startSidecar(postgres, database, url);
    const files = new PageFiles(fileURLToPath(new URL('page', import.meta.url)));
    const control = new Control(database, sidecar, this.#news, { path: MODULE, file: new URL(MODULE, ROOT) });
    this.#watchModule(control);
    web.serve([files, control, new OpenERP(database)]);
    this.#isStarted = true;
    for (const line of this.#early) this.#say(line);
    await lock.name(url);
    return await screen(url, sidecar, postgres, database);
  }

  async #stop(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) await release();
  }

  async #startPostgres(): Promise<Postgres> {
    const postgres = await Postgres.start(join(FOLDER, 'postgres'));
    this.#releases.push(() => postgres.stop());
    void postgres.ended.then(() => {
      if (this.#stopping === undefined)
        this.#listener.broken('PostgreSQL has ended. Start the playground again.');
    });
    return postgres;
  }

  /** @throws Problem if it ends instead */
  async #startSidecar(postgres: Postgres, database: Database, odooUrl: string): Promise<SidecarChild> {
    for (const usual of [USUAL_SIDECAR_PORT, 0, 0]) {
      const addons = fileURLToPath(ADDONS);
      const target = { postgres: postgres.address, database: database.name, odooUrl, addons };
      const sidecar = this.#makeSidecar({ ...target, port: await choosePort(usual) });
      await database.setSidecarUrl(sidecar.url);
      if (await sidecar.start()) return sidecar;
      // Somebody may have taken the port between our look and its own.
      if (!this.#early.some((line) => line.includes('port_unusable'))) break;
      this.#early.length = 0;
    }
    throw new Problem(`The sidecar does not start. ${this.#early.join(' ')}`);
  }

  #makeSidecar(options: SidecarChildOptions): SidecarChild {
    const sidecar = new SidecarChild(options, {
      changed: (state) => this.#news.tell('sidecar', { state, url: sidecar.url }, 1),
      line: (line) => {
        this.#news.tell('log', line);
        if (PROBLEM_LINE.test(line)) this.#say(`sidecar: ${line}`);
      },
      failed: ({ code, signal }) => this.#say(`The sidecar has ended: ${signal ?? `code ${code}`}.`),
    });
    this.#releases.push(() => sidecar.stop());
    return sidecar;
  }

  #say(line: string): void {
    if (this.#isStarted) this.#listener.problem(line);
    else this.#early.push(line);
  }

  #watchModule(control: Control): void {
    const watcher = watch(fileURLToPath(new URL(MODULE, ROOT)), { ignoreInitial: true });
    watcher.on('all', async () => this.#news.tell('module', await control.module(), 1));
    this.#releases.push(() => watcher.close());
  }
}

/** What a file or a folder that cannot be used means here; other errors stay as they are. */
function toProblem(error: unknown): unknown {
  const path = error instanceof Error ? Reflect.get(error, 'path') : undefined;
  if (typeof path !== 'string') return error;
  return new Problem(
    `'${path}' cannot be used (${errorCode(error)}). The playground keeps its data in '${FOLDER}': let this user write there, or remove it.`,
  );
}

async function screen(
  url: string,
  sidecar: SidecarChild,
  postgres: Postgres,
  database: Database,
): Promise<string> {
  const users = (await database.users()).slice(0, 2);
  const { host, port, user } = postgres.address;
  return `
web_socketio playground. A stand-in plays Odoo's part; all else is real.

  Open         ${url}
  Log in as    ${users.map(({ login, password }) => `${login} with the password ${password}`).join(', or ')}
  Sidecar      ${sidecar.url}
  PostgreSQL   ${host}:${port}, database ${database.name}, user ${user}
               data in ${FOLDER}, the password in postgres/password there
  Try this     change ${MODULE}: it is live at once

Ready in ${(performance.now() / 1000).toFixed(1)} s. Ctrl-C ends all of it and leaves the data.
`;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
