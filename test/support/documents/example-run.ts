import { runInThisContext } from 'node:vm';
import { io } from 'socket.io-client';
import { expect, onTestFinished } from 'vitest';
import type { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import type { Example } from './reference.ts';

/** What an example runs against. */
export interface ExampleServer {
  /** The sidecar. */
  readonly url: string;
  readonly db: string;
  /** The page of user 2, who runs the example. */
  readonly page: Page;
  /** That of somebody else. */
  readonly otherPage: Page;
  /** What examples may use besides. */
  readonly more: Readonly<Record<string, unknown>>;
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** As much of a socket as a page's and a script's have in common. */
interface AnySocket {
  readonly connected: boolean;
  emit(event: string, ...args: unknown[]): unknown;
}

const INSERT = `INSERT INTO web_socketio_message (channel, "values") SELECT $1, json_array_elements($2)`;

/** Runs the parts of an example that follow its server module, and waits until it has shown what it says. */
export async function runExample(example: Example, server: ExampleServer): Promise<void> {
  const { url, db, page, otherPage, query } = server;
  const shown: string[] = [];
  const sockets: AnySocket[] = [];
  const allHeard = () => Promise.all(sockets.map(whenHeard));
  const OwnSocketIO = classOf(page, sockets);
  const scope = {
    ...{ url, db },
    SocketIO: OwnSocketIO,
    instance: { web: openWebClient(OwnSocketIO) },
    OtherSocketIO: classOf(otherPage, sockets),
    io: (...args: Parameters<typeof openSocket>) => keep(openSocket(...args), sockets),
    show: (...values: unknown[]) => void shown.push(values.map(toText).join(' ')),
    connected: (...waiting: AnySocket[]) => Promise.all(waiting.map(whenConnected)),
    insert: (channel: string, ...values: unknown[]) =>
      allHeard().then(() => query(INSERT, [channel, JSON.stringify(values)])),
    cutCable: async () => (await page.manager()).engine.close(),
    ...server.more,
  };
  const names = Object.keys(scope).join(', ');
  const run: unknown = runInThisContext(`(async ({ ${names} }) => {\n${example.browser}\n})`, {
    filename: example.title,
    lineOffset: -1,
  });
  if (typeof run !== 'function') throw new Error(`The block of '${example.title}' is no code.`);
  await run(scope);
  if (example.sql !== '') {
    await allHeard();
    await query(example.sql);
  }
  await expect.poll(() => shown).toEqual(example.shown);
}

function classOf(page: Page, sockets: AnySocket[]): new (namespace: string) => SocketIO {
  return class extends SocketIO {
    constructor(namespace: string) {
      super(namespace, page);
      keep(this, sockets);
    }
  };
}

/** What addons of 2013 know as `instance.web`. */
function openWebClient(OwnSocketIO: ReturnType<typeof classOf>): object {
  let shared: SocketIO | undefined;
  return {
    SocketIO: OwnSocketIO,
    get longpolling_socket() {
      shared ??= new OwnSocketIO('/longpolling');
      return shared;
    },
  };
}

function keep<Kept extends AnySocket>(socket: Kept, sockets: AnySocket[]): Kept {
  sockets.push(socket);
  return socket;
}

function openSocket(...args: Parameters<typeof io>): ReturnType<typeof io> {
  const [uri, options] = args;
  const socket = io(uri, { ...options, forceNew: true });
  onTestFinished(() => void socket.disconnect());
  return socket;
}

async function whenConnected(socket: AnySocket): Promise<void> {
  await expect.poll(() => socket.connected).toBe(true);
}

/** Events of one page arrive in their order: when this one is answered, the handlers of those before it run. */
async function whenHeard(socket: AnySocket): Promise<void> {
  await whenConnected(socket);
  await new Promise((resolve) => socket.emit('all of this has arrived', resolve));
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}
