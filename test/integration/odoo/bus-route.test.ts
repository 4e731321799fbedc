import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { BusRoute } from '../../../sidecar/src/odoo/bus/bus-route.ts';
import { OdooServer } from '../../../sidecar/src/odoo/http/odoo-server.ts';
import { startHttp } from '../../support/network/http-server.ts';

const FACTS = { version: '19.0-2', rate_limit_burst: 5, rate_limit_delay: 0.1, keep_alive_timeout: 60 };
const Body = z.object({ asks: z.array(z.object({ kind: z.string(), name: z.string().optional() }).loose()) });

const subscribed = (name: unknown) => ({ uid: 7, session: true, channels: [`["db","${name}"]`], last: 3 });
const end = (response: ServerResponse, status: number, answer: unknown) =>
  void response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
const rolledBack = { error: { name: 'builtins.Exception', message: 'A poisoned one' } };

/** An Odoo that fails with what is called poison, and the route to it. */
async function start(
  answer?: (response: ServerResponse, asks: readonly { name?: string | undefined }[]) => void,
) {
  const requests: { headers: IncomingHttpHeaders; names: unknown[] }[] = [];
  const url = await startHttp(async (request, response) => {
    const { asks } = Body.parse(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    requests.push({ headers: request.headers, names: asks.map(({ name }) => name) });
    if (answer !== undefined) return answer(response, asks);
    if (asks.some(({ name }) => name === 'poison')) return end(response, 500, rolledBack);
    end(response, 200, { facts: FACTS, answers: asks.map(({ name }) => subscribed(name)) });
  });
  const route = new BusRoute(new OdooServer({ url }));
  onTestFinished(() => route.stop());
  const ask = (names: readonly string[], kind = 'subscribe', origin: string | null = null) =>
    route.ask({ db: 'mydb', origin, asks: names.map((name) => ({ kind, name })) });
  return { requests, ask };
}

it('asks for many with one request, under the address of their browsers and without a cookie', async () => {
  const { requests, ask } = await start();
  expect(await ask(['one', 'two'], 'subscribe', 'https://erp.example.com')).toEqual({
    facts: { version: '19.0-2', rateLimitBurst: 5, rateLimitDelay: 0.1, keepAliveTimeout: 60 },
    answers: ['one', 'two'].map((name) => ({
      granted: { uid: 7, session: true, channels: new Set([`["db","${name}"]`]), last: 3, token: null },
    })),
  });
  expect(requests).toHaveLength(1);
  expect(requests[0]?.headers).toMatchObject({
    ...{ host: 'erp.example.com', 'x-forwarded-proto': 'https', 'x-odoo-database': 'mydb' },
    'content-type': 'text/plain',
  });
  expect(requests[0]?.headers).not.toHaveProperty('cookie');
});

it('finds the one of fifty with which Odoo fails, and has the others carried out once, in their order', async () => {
  const { requests, ask } = await start();
  const names = Array.from({ length: 50 }, (_, index) => (index === 33 ? 'poison' : `${index}`));
  const { answers } = await ask(names);
  expect(answers.map((answer) => ('refused' in answer ? answer.refused.why : 'granted'))).toEqual(
    names.map((name) => (name === 'poison' ? 'failed' : 'granted')),
  );
  expect(requests.length).toBeLessThanOrEqual(13);
  const carried = requests.filter((request) => !request.names.includes('poison')).flatMap((one) => one.names);
  expect(carried).toEqual(names.filter((name) => name !== 'poison'));
});

it('says that a single one failed, and does not take it for surely not carried out', async () => {
  const { ask } = await start();
  await expect(ask(['poison'])).rejects.toMatchObject({ code: 'odoo_answer', retry: false });
});

it('does not repeat what another server answered with 500', async () => {
  const { requests, ask } = await start((response) => end(response, 500, '<h1>Internal Server Error</h1>'));
  await expect(ask(['one', 'two'])).rejects.toMatchObject({ code: 'odoo_answer' });
  expect(requests).toHaveLength(1);
});

it('knows what surely was not carried out', async () => {
  const { ask } = await start((response) => end(response, 503, 'Service Unavailable'));
  await expect(ask(['one'])).rejects.toMatchObject({ code: 'odoo_unreachable', retry: true });
});

it('says that Odoo opens nothing under that host', async () => {
  const { ask } = await start((response) => end(response, 404, 'Not Found'));
  await expect(ask(['one'], 'subscribe', 'http://made.up')).rejects.toMatchObject({ code: 'host_refused' });
});

it.each([
  ['no JSON', 'wsio_secret'],
  ['no answers', { facts: FACTS }],
  ['no facts', { answers: [{ token: 'wsio_secret' }] }],
  ['too few answers', { facts: FACTS, answers: [] }],
  [
    'channels that are no texts',
    { facts: FACTS, answers: [{ uid: 7, channels: [7], last: 3, token: 'wsio_secret' }] },
  ],
  ['no last', { facts: FACTS, answers: [{ uid: 7, channels: [], token: 'wsio_secret' }] }],
  [
    'a user that is none',
    { facts: FACTS, answers: [{ uid: 'x', channels: [], last: 0, token: 'wsio_secret' }] },
  ],
  ['an answer that is none', { facts: FACTS, answers: [null] }],
])('refuses an answer with %s, and does not quote it', async (_, answer) => {
  const { ask } = await start((response) => end(response, 200, answer));
  const error: unknown = await ask(['one']).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'odoo_answer' });
  expect(String(error)).not.toContain('secret');
});

it.each([
  [{ refused: 'expired' }, { why: 'expired', db: null, message: null }],
  [
    { refused: 'database', db: 'other' },
    { why: 'database', db: 'other', message: null },
  ],
  [
    { refused: 'invalid', message: 'No.' },
    { why: 'invalid', db: null, message: 'No.' },
  ],
  // Of a later release.
  [{ refused: 'unheard of' }, { why: 'failed', db: null, message: null }],
])('names why it is refused: %j', async (answer, refused) => {
  const { ask } = await start((response) => end(response, 200, { facts: {}, answers: [answer] }));
  expect(await ask(['one'])).toEqual({
    facts: { version: null, rateLimitBurst: 10, rateLimitDelay: 0.2, keepAliveTimeout: 3_600 },
    answers: [{ refused }],
  });
});

it('takes what other kinds of asks are answered with, and no asks at all', async () => {
  const { ask } = await start((response, asks) =>
    end(response, 200, { facts: FACTS, answers: asks.map(() => ({})) }),
  );
  expect((await ask(['one'], 'event')).answers).toEqual([{ granted: null }]);
  expect((await ask([])).answers).toEqual([]);
});
