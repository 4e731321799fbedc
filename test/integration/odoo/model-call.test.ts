import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelCall, ModelCaller } from '../../../sidecar/src/odoo/calls/model-caller.ts';
import { openTransport, type TransportOptions } from '../../../sidecar/src/odoo/calls/transport-choice.ts';
import { startHttp } from '../../support/network/http-server.ts';
import { freePort } from '../../support/process/free-port.ts';

const CALL: ModelCall = {
  ...{ db: 'mydb', credential: `wsio_${'a'.repeat(43)}`, origin: null, uid: 2 },
  ...{ model: 'res.users', method: 'read', args: [], kwargs: {}, context: {} },
};
const RESULT = JSON.stringify({ result: 'done' });
const xmlrpc = (content: string) => `<?xml version="1.0"?><methodResponse>${content}</methodResponse>`;
/** An OpenERP that answers. */
const ANSWERS = {
  json: RESULT,
  xmlrpc: xmlrpc(`<params><param><value><string>${RESULT}</string></value></param></params>`),
};
const WRONG = {
  json: ['', '<html>', '7', '""', 'null', '{}', '[{"result": 7}]', '{"result": 7', '{"error": 7}'],
  xmlrpc: [
    '',
    '<html>',
    '{"result": 7}',
    xmlrpc(''),
    xmlrpc('<params></params>'),
    xmlrpc('<fault></fault>'),
    xmlrpc('<fault><value><string>x</string></value></fault>'),
    xmlrpc('<params><param><value><int>7</int></value></param></params>'),
    xmlrpc('<params><param><value><string>7</string></value></param></params>'),
    xmlrpc('<params><param><value><nil/></value></param></params>'),
    xmlrpc(`<params><param><value>${RESULT}</value></param><param><value>${RESULT}</value></param></params>`),
    xmlrpc(`<params><param><value><string>${RESULT}</string></value></param></params>`).slice(0, -40),
    xmlrpc(
      '<params><param><value><struct><member><name>__proto__</name><value>x</value></member></struct></value></param></params>',
    ),
    '<!DOCTYPE x [<!ENTITY a "b">]><methodResponse>&a;</methodResponse>',
  ],
};

describe.each(['json', 'xmlrpc'] as const)('A model call over %s', (transport) => {
  const open = (options: Omit<TransportOptions, 'transport'>): ModelCaller => {
    const caller = openTransport({ transport, ...options }, () => undefined);
    onTestFinished(() => caller.stop());
    return caller;
  };
  const call = (options: Omit<TransportOptions, 'transport'>) => open(options).call(CALL);

  /** An OpenERP that treats each request as the next of the list says; the last goes on for ever. */
  async function start(...answers: RequestListener[]): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const url = await startHttp((request, response) => {
      asked.push(request.url ?? '');
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      request.resume().on('end', () => answer?.(request, response));
    });
    return { url, asked };
  }
  const carryOut: RequestListener = (_, response) => response.end(ANSWERS[transport]);
  const say =
    (status: number, headers: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers).end('busy');

  describe('is sent again when it surely was not carried out:', () => {
    it('while nobody listens', async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const waits = call({ url });
      await expect(call({ url, repeatMs: 0 })).rejects.toMatchObject({
        code: 'odoo_unreachable',
        retry: true,
        message: expect.stringContaining('ECONNREFUSED'),
      });
      let asked = 0;
      const server = createServer((request, response) => {
        asked += 1;
        carryOut(request, response);
      }).listen(port, '127.0.0.1');
      onTestFinished(() => void server.close());
      expect(await waits).toBe('done');
      expect(asked).toBe(1);
    });

    it.each([
      ['HTTP 503', say(503, { server: 'nginx' })],
      ['HTTP 502 of an nginx that had sent nothing', say(502, { 'X-Web-Socketio-Bytes-Sent': '0' })],
      ['HTTP 502 of one that had tried two servers', say(502, { 'X-Web-Socketio-Bytes-Sent': '0, 0' })],
      ['HTTP 504 of one that found nobody', say(504, { 'X-Web-Socketio-Bytes-Sent': '0' })],
    ])('%s', async (_, answer) => {
      const { url, asked } = await start(answer, answer, carryOut);
      expect(await call({ url })).toBe('done');
      expect(asked).toHaveLength(3);
    });

    it('but not for ever', async () => {
      const { url, asked } = await start(say(503));
      await expect(call({ url, repeatMs: 3_000 })).rejects.toMatchObject({
        code: 'odoo_unreachable',
        retry: true,
        message: expect.stringMatching(/HTTP 503: "busy". The request was not carried out/),
      });
      expect(asked.length).toBeGreaterThan(1);
      // Later and later: as quick as it begins it would be thirty.
      expect(asked.length).toBeLessThan(20);
    });

    it('and no more when it is stopped', async () => {
      const { url, asked } = await start(say(503));
      const caller = open({ url });
      const waits = caller.call(CALL);
      await expect.poll(() => asked.length).toBe(1);
      caller.stop();
      caller.stop();
      await expect(waits).rejects.toMatchObject({ code: 'odoo_unreachable' });
      const { length } = asked;
      await expect(caller.call(CALL)).rejects.toMatchObject({
        code: 'odoo_unreachable',
        message: expect.stringContaining('the sidecar is stopped. It was not sent.'),
      });
      expect(asked).toHaveLength(length);
    });
  });

  describe('is never sent twice when it may have been carried out:', () => {
    it.each([
      ['HTTP 502 of somebody who cannot tell', say(502)],
      ['HTTP 502 of an nginx that had sent something', say(502, { 'X-Web-Socketio-Bytes-Sent': '612' })],
      [
        'HTTP 502 of one that had sent something to the first',
        say(502, { 'X-Web-Socketio-Bytes-Sent': '612, 0' }),
      ],
      ['HTTP 503 of an Envoy', say(503, { server: 'istio-envoy' })],
      ['HTTP 504', say(504)],
      ['HTTP 500', say(500)],
      ['HTTP 500 that says it sent nothing', say(500, { 'X-Web-Socketio-Bytes-Sent': '0' })],
    ])('%s', async (_, answer) => {
      const { url, asked } = await start(answer, carryOut);
      await expect(call({ url })).rejects.toMatchObject({
        code: 'odoo_answer',
        retry: false,
        message: expect.stringMatching(/HTTP 50\d: "busy". It may have been carried out/),
      });
      expect(asked).toHaveLength(1);
    });

    it.each([
      ['before the answer', ''],
      ['in the head of the answer', 'HTTP/1.1 200 O'],
      ['in the answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"jsonrpc": "2'],
      ['in a 503', 'HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\nbusy'],
    ])('the connection breaks %s', async (_, text) => {
      const { url, asked } = await start(({ socket }) => socket.end(text, () => socket.destroy()), carryOut);
      await expect(call({ url })).rejects.toMatchObject({
        code: 'odoo_unreachable',
        retry: false,
        message: expect.stringContaining('may have carried it out'),
      });
      expect(asked).toHaveLength(1);
    });

    it.each([
      ['nothing', () => undefined],
      ['the end', (_: unknown, response: ServerResponse) => response.write('{"jsonrpc": "2.0", ')],
    ])('%s of the answer comes in time', async (_, answer) => {
      const { url, asked } = await start(answer, carryOut);
      await expect(call({ url, timeoutMs: 100 })).rejects.toMatchObject({
        code: 'odoo_timeout',
        retry: false,
        message: expect.stringContaining(
          'did not answer res.users.read in 100 ms. It may still carry it out',
        ),
      });
      expect(asked).toHaveLength(1);
    });

    it('it is stopped', async () => {
      const { url, asked } = await start(() => caller.stop(), carryOut);
      const caller = open({ url });
      await expect(caller.call(CALL)).rejects.toMatchObject({
        code: 'odoo_unreachable',
        retry: false,
        message: expect.stringContaining('the sidecar is stopped. Odoo may have carried it out.'),
      });
      expect(asked).toHaveLength(1);
    });

    it('the answer is longer than it may be', async () => {
      const { url, asked } = await start((_, response) => response.end(' '.repeat(2_000)), carryOut);
      await expect(call({ url, maxBytes: 1_000 })).rejects.toMatchObject({
        code: 'odoo_answer',
        retry: false,
        message: expect.stringContaining('longer than 1000 bytes'),
      });
      expect(asked).toHaveLength(1);
    });

    it.each(WRONG[transport])('the answer is wrong: %s', async (body) => {
      const { url, asked } = await start((_, response) => response.end(body), carryOut);
      const error: unknown = await call({ url }).catch((reason) => reason);
      expect(error).toMatchObject({ code: expect.stringMatching(/^odoo_(answer|error)$/), retry: false });
      expect(asked).toHaveLength(1);
    });
  });

  it('does not follow to another address, which would get the token', async () => {
    const elsewhere = await start(carryOut);
    const { url } = await start(say(307, { location: elsewhere.url }));
    await expect(call({ url })).rejects.toMatchObject({
      code: 'odoo_answer',
      retry: false,
      message: expect.stringContaining('HTTP 307'),
    });
    expect(elsewhere.asked).toEqual([]);
  });
});
