import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelCall } from '../../sidecar/src/odoo/calls/model-caller.ts';
import { openTransport } from '../../sidecar/src/odoo/calls/transport-choice.ts';
import { freePort } from '../support/process/free-port.ts';
import { PROXIES, type StartProxy } from './proxies.ts';

const CALL: ModelCall = {
  ...{ db: 'mydb', credential: '', origin: null, uid: 2, model: 'res.users', method: 'read' },
  ...{ args: [], kwargs: {}, context: {} },
};

/** A proxy in front of an OpenERP that does not run yet. */
async function startAll(startProxy: StartProxy, answer: RequestListener) {
  const port = await freePort();
  const odoo = `http://127.0.0.1:${port}`;
  const proxy = await startProxy({ odoo, sidecar: odoo });
  onTestFinished(() => proxy.stop());
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    request.resume().on('end', () => answer(request, response));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = (limits: { repeatMs?: number } = {}) =>
    openTransport({ url: proxy.url, transport: 'json', ...limits }, () => undefined);
  return { open, asked, run: () => server.listen(port, '127.0.0.1') };
}

describe.each(PROXIES)('A model call through %s', (_, startProxy) => {
  it('is sent again while that finds no OpenERP, and carried out once', async () => {
    const { open, asked, run } = await startAll(startProxy, (_, response) =>
      response.end(JSON.stringify({ result: 'done' })),
    );
    const waits = open().call(CALL);
    await expect(open({ repeatMs: 0 }).call(CALL)).rejects.toMatchObject({
      code: 'odoo_unreachable',
      retry: true,
      message: expect.stringMatching(/HTTP 50[23]/),
    });
    run();
    expect(await waits).toBe('done');
    expect(asked).toEqual(['/web_socketio/call']);
  });

  it('is not sent again when that lost its OpenERP in the middle of it', async () => {
    const { open, asked, run } = await startAll(startProxy, ({ socket }) => socket.destroy());
    run();
    await expect(open().call(CALL)).rejects.toMatchObject({
      code: 'odoo_answer',
      retry: false,
      message: expect.stringMatching(/HTTP 502.*It may have been carried out/),
    });
    expect(asked).toEqual(['/web_socketio/call']);
  });
});
