import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { SessionOver, TokenRefused } from '../../../addon/web_socketio/src/token/token.ts';
import { tokenRoute } from '../../../addon/web_socketio/src/token/token-route.ts';
import { startServer } from '../../support/browser/browser-server.ts';

/** A server that gives one answer, and keeps what it was asked. */
async function answering(answer: object) {
  const { http, url } = await startServer();
  const asked: unknown[] = [];
  http.on('request', async (request, response) => {
    asked.push(JSON.parse(await text(request)).params);
    response.end(JSON.stringify(answer));
  });
  return { url: `${url}/web_socketio/token`, asked };
}

const { signal } = new AbortController();

it('The token route gets the parameters of its session as they are when the request leaves', async () => {
  const { url, asked } = await answering({ result: { db: 'mydb' } });
  const session = { session_id: 'first' };
  const fetchToken = tokenRoute(url, () => ({ ...session }));
  expect(await fetchToken({}, signal)).toEqual({ db: 'mydb' });
  session.session_id = 'second';
  await fetchToken({ handle: 'a handle' }, signal);
  await tokenRoute(url)({ token: 'a token' }, signal);
  expect(asked).toEqual([
    { session_id: 'first' },
    { session_id: 'second', handle: 'a handle' },
    { token: 'a token' },
  ]);
});

it.each([
  ['OpenERP 7.0', { code: 100, message: 'OpenERP Session Invalid', data: { type: 'session_invalid' } }],
  [
    'Odoo 8.0',
    { code: 100, message: 'Odoo Session Expired', data: { name: 'openerp.http.SessionExpiredException' } },
  ],
  [
    'Odoo',
    { code: 100, message: 'Odoo Session Expired', data: { name: 'odoo.http.SessionExpiredException' } },
  ],
])('A session that is over is known by what %s answers', async (_, error) => {
  const { url } = await answering({ error });
  await expect(tokenRoute(url)({}, signal)).rejects.toThrow(SessionOver);
});

it.each([
  ['a locked screen', 100, 'odoo.addons.auth_timeout.models.ir_http.CheckIdentityException'],
  ['a code alone', 100, undefined],
  ['an error of Odoo', 200, 'builtins.TypeError'],
])('What is not surely over is a refusal for now: %s', async (_, code, name) => {
  const { url } = await answering({ error: { code, message: 'No', data: { name } } });
  await expect(tokenRoute(url)({}, signal)).rejects.toThrow(TokenRefused);
});
