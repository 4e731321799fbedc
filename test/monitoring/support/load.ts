import { setTimeout } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import { defer } from '../../../sidecar/src/lib/deferred.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { freePort } from '../../support/process/free-port.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { SidecarProcess } from '../../support/sidecar/sidecar-process.ts';
import { makeAddons, openSocket, outcome } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
class Work extends AbstractAdapter { static channel = 'work'; }
class Spoilt extends AbstractAdapter { static channel = 'spoilt'; }
SocketIO.addAdapter(Work);
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  async recvConnect() { for (;;) await this.secureEmit(News, 'news', await this.listen(News)); }
  on_ask() { return 42; }
  async on_take() { await this.listen(Work); return await this.validate(Work, true); }
  async on_drop() { await this.listen(Spoilt); return await this.validate(Spoilt, false); }
  on_throw() { throw new Error('a bug'); }
  on_call() { return this.model('res.users').read([1]); }
});
SocketIO.addNamespace('/closed', class extends OpenERPNameSpace {
  on_session_id() { throw new SocketIOError('not_today', 'Come back tomorrow.'); }
});
`;
/** A position of another database. */
const ELSEWHERE = { '*': { epoch: 'elsewhere', at: '1:1:', rank: '', ids: [] } };
const PAUSE_MS = 100;

/** A sidecar's process with pages that do all that is counted, again and again, until the test has finished. */
export class Load {
  readonly sidecar: SidecarProcess;
  readonly #database: TestDatabase;
  readonly #token: string;
  readonly #over = defer();

  private constructor(sidecar: SidecarProcess, database: TestDatabase, token: string) {
    this.sidecar = sidecar;
    this.#database = database;
    this.#token = token;
  }

  static async start(): Promise<Load> {
    const database = await TestDatabase.create();
    const sidecar = new SidecarProcess({
      databases: [database.name],
      env: {
        ...serverVariables(database.server),
        WEB_SOCKETIO_ADDONS_PATH: await makeAddons({ base: MODULE }),
        // Nobody is there.
        WEB_SOCKETIO_ODOO_URL: `http://127.0.0.1:${await freePort()}`,
        WEB_SOCKETIO_MAX_PACKETS: '100',
        WEB_SOCKETIO_MAX_EVENTS: '50',
      },
    });
    onTestFinished(() => sidecar.kill());
    await sidecar.start();
    const load = new Load(sidecar, database, await database.addToken({ uid: 7 }));
    await load.#run();
    return load;
  }

  async #run(): Promise<void> {
    const page = await this.#connect('/mine');
    await this.#connect('/mine', 'polling');
    page.on('news', (_messages: unknown, ...more: unknown[]) => {
      const acknowledge = more.at(-1);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
    });
    const rounds = [
      this.#repeat(() => this.#send()),
      this.#repeat(() => this.#ask(page)),
      this.#repeat(() => this.#queues(page)),
      this.#repeat(() => this.#strangers()),
      this.#repeat(() => this.#floods()),
      this.#repeat(() => this.#emit(page, 'call')),
    ];
    onTestFinished(async () => {
      this.#over.resolve();
      await Promise.all(rounds);
    });
  }

  async #repeat(action: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = this.#over.promise.then(() => {
      isOver = true;
    });
    // What waits for a page that has gone would wait for ever.
    while (!isOver) await Promise.race([action().then(() => setTimeout(PAUSE_MS)), over]);
  }

  async #connect(path: string, transport: 'websocket' | 'polling' = 'websocket', more = {}): Promise<Socket> {
    const auth = { db: this.#database.name, token: this.#token, ...more };
    const socket = openSocket(`${this.sidecar.url}${path}`, auth, transport);
    await outcome(socket);
    return socket;
  }

  async #send(): Promise<void> {
    for (const channel of ['news', 'work', 'work', 'spoilt'])
      await this.#database.insert(channel, { text: 'one' });
  }

  async #ask(page: Socket): Promise<void> {
    for (const event of ['ask', 'nonsense', 'throw']) await this.#emit(page, event);
  }

  async #queues(page: Socket): Promise<void> {
    await this.#emit(page, 'take');
    await this.#emit(page, 'drop');
  }

  /** The answer to an event, which may be its failure; nothing if its page has gone. */
  async #emit(page: Socket, event: string): Promise<void> {
    await page.emitWithAck(event).catch(() => undefined);
  }

  /** Who is refused, or has to load its data again, or comes back. */
  async #strangers(): Promise<void> {
    const unknown = openSocket(`${this.sidecar.url}/mine`, { db: this.#database.name, token: 'wsio_nobody' });
    await outcome(unknown);
    unknown.disconnect();
    (await this.#connect('/closed')).disconnect();
    const away = await this.#connect('/mine', 'websocket', { positions: ELSEWHERE });
    const [positions] = await new Promise<unknown[]>((resolve) =>
      away.once('web_socketio.position', (...args) => resolve(args)),
    );
    away.disconnect();
    const back = await this.#connect('/mine', 'websocket', { positions });
    await setTimeout(PAUSE_MS);
    back.disconnect();
  }

  /** More events, and more packets, than a page may send. */
  async #floods(): Promise<void> {
    for (const count of [700, 1_500]) {
      const page = await this.#connect('/mine');
      const closed = new Promise<void>((resolve) => page.once('disconnect', () => resolve()));
      for (let number = 0; number < count; number += 1) page.emit('ask');
      await Promise.race([closed, setTimeout(1_000)]);
      page.disconnect();
    }
  }
}
