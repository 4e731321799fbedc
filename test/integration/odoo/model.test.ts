import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startHttp } from '../../support/network/http-server.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const CALLER = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
class Caller extends OpenERPNameSpace {
  async on_call(method: string, ...args: unknown[]) {
    try {
      return await this.model('my.model').call(method, args, { large: 2n ** 64n });
    } catch (error) {
      return { name: error.name, code: error.code, message: error.message };
    }
  }
  async on_type(method: string) { return typeof await this.model('my.model')[method](); }
  async on_raw(method: string) { return await this.model('my.model')[method](); }
}
SocketIO.addNamespace('/caller', Caller);
`;

/** A sidecar beside an OpenERP that answers each call by its method. */
async function start(answer: (call: string, method: string) => string | null) {
  const asked: string[] = [];
  const closed: Promise<unknown>[] = [];
  const odooUrl = await startHttp((request, response) => {
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    closed.push(once(response, 'close'));
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const { call } = JSON.parse(body);
      asked.push(call);
      const text = answer(call, JSON.parse(call).method);
      if (text !== null) response.end(text);
    });
  });
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: CALLER }, { odooUrl, maxCursor: 1 });
  const socket = await sidecar.connect('/caller', database.name, await database.addToken());
  return { socket, sidecar, asked, closed };
}

it('A handler gives and gets integers of any size, and gets errors by the names that OpenERP has for them', async () => {
  const { socket, asked } = await start((_, method) =>
    method === 'fail'
      ? '{"error": {"name": "odoo.exceptions.AccessError", "message": "No"}}'
      : '{"result": 18446744073709551616}',
  );
  expect(await socket.emitWithAck('type', 'get')).toBe('bigint');
  expect(await socket.emitWithAck('call', 'fail', 1)).toEqual({
    name: 'AccessError',
    code: 'access_error',
    message: 'No',
  });
  expect(asked.at(-1)).toContain('"args":[1],"kwargs":{"large":18446744073709551616}');
});

it('A sidecar that is stopped gives up the calls that run and those that wait', async () => {
  const { socket, sidecar, asked, closed } = await start(() => null);
  socket.emit('call', 'first');
  socket.emit('call', 'second');
  await expect.poll(() => asked.length).toBe(1);
  await sidecar.sidecar.stop();
  await Promise.all(closed);
  expect(asked).toHaveLength(1);
});

it('A handler that returns an integer too large for JSON is told so in the log, and its page gets an answer', async () => {
  const { socket, sidecar } = await start(() => '{"result": [18446744073709551616]}');
  expect(await socket.emitWithAck('raw', 'get')).toMatchObject({ ok: false, code: 'handler_failed' });
  expect(sidecar.log).toMatch(/event 'raw' of addon 'web_socketio_demo'.* handler_failed: .*BigInt/);
});
