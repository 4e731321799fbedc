import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPageOf } from '../browser/browser-page.ts';
import { TestDatabase } from '../postgres/test-database.ts';
import { makeAddons, type TestSettings, TestSidecar } from './test-sidecar.ts';

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));
const ADAPTERS = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends AbstractAdapter { static channel = 'queue'; static mode = 'queue'; }
class Calm extends AbstractAdapter { static channel = 'calm'; static mode = 'each'; }
class CalmNameSpace extends OpenERPNameSpace {
  async recvConnect() { for (;;) await this.secureEmit(Calm, 'flood', await this.listen(Calm)); }
}
SocketIO.addNamespace('/calm', CalmNameSpace);
`;

/** How a handler brings messages to its page, and of which kind their channel is. */
export const HANDLERS = {
  'each, emit in a loop': `
LongPollingNameSpace.on('flood', { adapterClass: Each, eventtype: 'connect' }, async (session) => {
  for await (const messages of session.messages()) for (const message of messages) session.emit('flood', [message]);
});`,
  'each, secureEmit': `
LongPollingNameSpace.on('flood', { adapterClass: Each, eventtype: 'connect' }, async (session) => {
  for await (const messages of session.messages()) await session.secureEmit('flood', messages);
});`,
  'queue, secureEmit': `
LongPollingNameSpace.on('flood', { adapterClass: Queue, eventtype: 'connect' }, async (session) => {
  for await (const messages of session.messages()) await session.secureEmit('flood', messages);
});`,
} as const;

/** The name of one of {@link HANDLERS}. */
export type HandlerName = keyof typeof HANDLERS;

/** A page as browsers have it, and what it was shown. */
export interface FloodPage {
  readonly socket: SocketIO;
  readonly shown: number[];
  readonly resyncs: unknown[];
  /** The reasons for which it lost its connection. */
  readonly cuts: string[];
}

/** A sidecar whose handlers of that kind bring a page what is inserted. */
export async function startFlood(handler: HandlerName, settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const addonsPath = [await makeAddons({ base: ADAPTERS + HANDLERS[handler] }), ADDONS];
  const sidecar = await TestSidecar.start(database, {}, { addonsPath, ...settings });
  const channel = handler.startsWith('each') ? 'each' : 'queue';
  return {
    database,
    sidecar,
    addonsPath,
    /** In one transaction, as an import does. The numbers begin behind `from`. */
    insert: (count: number, from = 0) =>
      database.query(
        `INSERT INTO web_socketio_message (channel, "values")
         SELECT '${channel}', json_build_object('id', n, 'comment', repeat('x', 1400)) FROM generate_series(${from + 1}, ${from + count}) AS n`,
      ),
    /**
     * @param url where the sidecar is for it
     * @param look is called for each message before any of its packet is shown
     * @param nameSpace that of another channel, `calm`, for pages that the flood does not concern
     */
    open: async (
      url: string,
      transport: 'websocket' | 'polling',
      look: (id: number) => void = () => undefined,
      nameSpace: 'longpolling' | 'calm' = 'longpolling',
    ): Promise<FloodPage> => {
      const { page } = openPageOf(database, url);
      const manager = await page.manager();
      manager.opts.transports = [transport];
      const socket = new SocketIO(`/${nameSpace}`, page);
      const opened: FloodPage = { socket, shown: [], resyncs: [], cuts: [] };
      socket.on('flood', (messages: readonly { id: number }[]) => {
        for (const { id } of messages) look(id);
        for (const { id } of messages) opened.shown.push(id);
      });
      socket.on('resync', (reason: unknown) => opened.resyncs.push(reason));
      socket.add_disconnect_method((reason) => opened.cuts.push(reason));
      await expect.poll(() => socket.connected).toBe(true);
      return opened;
    },
  };
}
