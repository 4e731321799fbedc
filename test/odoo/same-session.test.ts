import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  callByToken,
  checkTokens,
  credentialOf,
  refused,
  userWithToken,
} from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import { changeRow, controlMessages, countRows, readRow } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test']);
const TEST = 'web_socketio_test.call';
const answerTo = (token: string, method: string, ...args: unknown[]) =>
  callByToken(odoo(), token, TEST, method, { args });

describe('When a session goes on as another user, as of impersonate_login', () => {
  it('the tokens of the user before are gone at once, and its pages get some of the user of now', async () => {
    const { user: anna, session, token, handle } = await userWithToken(odoo(), 'anna');
    const other = await odoo().createUser('berta');
    const before = (await controlMessages(odoo())).length;
    await session.call(TEST, 'become', [other.uid]);
    expect(await countRows(odoo(), token)).toBe(0);
    expect((await controlMessages(odoo())).slice(before)).toMatchObject([{ values: { type: 'ended' } }]);
    await expect(answerTo(token, 'answer_context')).rejects.toMatchObject(refused('unknown'));
    const acting = await session.renew({ handle });
    expect(acting).toMatchObject({ uid: other.uid, token: expect.any(String) });
    // What the addon has put into the session is there for what handlers call.
    expect(await answerTo(acting.token ?? '', 'answer_session', 'test_before')).toBe(anna.uid);
    await session.call(TEST, 'become', [anna.uid]);
    expect(await checkTokens(odoo(), [acting.token])).toEqual(['unknown']);
    expect(await session.renew({ handle: acting.handle })).toMatchObject({ uid: anna.uid });
  });

  it('the tokens of the user before are gone when that is only seen later', async () => {
    const { token, session } = await userWithToken(odoo(), 'carla');
    const { token: kept } = await session.token();
    await changeRow(odoo(), token, 'uid = 2');
    const before = (await controlMessages(odoo())).length;
    expect(await checkTokens(odoo(), [token, kept])).toEqual(['unknown', 'live']);
    expect(await countRows(odoo(), token)).toBe(0);
    expect((await controlMessages(odoo())).slice(before)).toMatchObject([{ values: { type: 'ended' } }]);
  });

  it('the tokens of before are gone when somebody logs in over a session', async () => {
    const { token, session } = await userWithToken(odoo(), 'dora');
    const other = await odoo().createUser('dorothea');
    await session.logIn(odoo().database, other);
    expect(await countRows(odoo(), token)).toBe(0);
  });
});

it('What runs after the log-out of somebody who acted as another user may call nothing: nobody would know who it was', async () => {
  const { user: klara, session } = await userWithToken(odoo(), 'klara');
  const lisa = await odoo().createUser('lisa');
  await session.call(TEST, 'remember_in_session', ['impersonate_from_uid', klara.uid]);
  await session.call(TEST, 'become', [lisa.uid]);
  const { token } = await session.token();
  const credential = await credentialOf(odoo(), token);
  expect(await answerTo(credential, 'answer_session', 'impersonate_from_uid')).toBe(klara.uid);
  await session.logOut();
  await expect(answerTo(credential, 'answer_context')).rejects.toMatchObject(refused('over'));
});

describe('A called method', () => {
  it('sees the session of its page, and what it changes of it is not kept', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'elena');
    expect(await answerTo(token, 'answer_session', 'uid')).toBe(user.uid);
    expect(await answerTo(token, 'answer_session', 'login')).toBe('elena');
    await answerTo(token, 'remember_in_session', 'color', 'red');
    expect(await answerTo(token, 'answer_session', 'color')).toBeNull();
    await session.call(TEST, 'remember_in_session', ['color', 'blue']);
    expect(await answerTo(token, 'answer_session', 'color')).toBe('blue');
  });

  it('sees it again when Odoo repeats it after a conflict', async () => {
    const { user, token } = await userWithToken(odoo(), 'frida');
    expect(await answerTo(token, 'answer_session_after_conflict', 'uid')).toBe(user.uid);
  });
});

describe('The context of a page', () => {
  it('has its companies, of those that its user has', async () => {
    const { user, session, token, handle } = await userWithToken(odoo(), 'greta');
    const { admin } = odoo();
    const second = await odoo().execute(admin, 'res.company', 'create', [{ name: 'Second' }]);
    const third = await odoo().execute(admin, 'res.company', 'create', [{ name: 'Third' }]);
    const have = (...ids: unknown[]) =>
      odoo().execute(admin, 'res.users', 'write', [[user.uid], { company_ids: [[6, 0, ids]] }]);
    await have(1, second);
    const companies = async () => (await readRow(odoo(), token))?.['context'];
    await session.renew({ handle, company_ids: [second, third, 1, 'x', second] });
    expect(await companies()).toMatchObject({ allowed_company_ids: [second, 1] });
    expect(await answerTo(token, 'answer_context')).toMatchObject({ allowed_company_ids: [second, 1] });
    const rest = { args: [], context: { allowed_company_ids: [1] } };
    expect(await callByToken(odoo(), token, TEST, 'answer_context', rest)).toMatchObject({
      allowed_company_ids: [second, 1],
    });
    // One that the user has no more is left out at once, and of the row with the next check.
    await odoo().execute(admin, 'res.users', 'write', [[user.uid], { company_id: second }]);
    await have(second);
    expect(await answerTo(token, 'answer_context')).toMatchObject({ allowed_company_ids: [second] });
    expect(await checkTokens(odoo(), [token])).toEqual(['renewed']);
    expect(await companies()).toMatchObject({ allowed_company_ids: [second] });
    expect(await checkTokens(odoo(), [token])).toEqual(['live']);
  });

  it.each(['2-1', '2,1'])(
    "has the companies of the web client's cookie where a page says none: %s",
    async (cids) => {
      const { user, session, token, handle } = await userWithToken(odoo(), `cookie ${cids}`);
      const companies = await odoo().sql('SELECT id FROM res_company ORDER BY id LIMIT 2');
      expect(companies).toEqual([{ id: 1 }, { id: 2 }]);
      await odoo().execute(odoo().admin, 'res.users', 'write', [
        [user.uid],
        { company_ids: [[6, 0, [1, 2]]] },
      ]);
      const Cookie = `session_id=${session.sessionId}; cids=${cids}`;
      await fetch(new URL('/web_socketio/token', odoo().url), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Cookie },
        body: JSON.stringify({ params: { handle } }),
      });
      expect(await readRow(odoo(), token)).toMatchObject({ context: { allowed_company_ids: [2, 1] } });
    },
  );

  it('has the language and the time zone that the user chose last, in the next call', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'hanna');
    await session.call('res.users', 'write', [[user.uid], { tz: 'Asia/Tokyo' }]);
    const rest = { args: [], context: { tz: 'Europe/Paris', mine: 1 } };
    expect(await callByToken(odoo(), token, TEST, 'answer_context', rest)).toMatchObject({
      tz: 'Asia/Tokyo',
      mine: 1,
    });
  });
});

describe('The address by which a browser reached Odoo', () => {
  it('is kept with the tokens of its session: the first that it names, if it is one', async () => {
    const { user, token, handle } = await userWithToken(odoo(), 'ina');
    expect(await readRow(odoo(), token)).toMatchObject({ origin: odoo().url });
    const session = await odoo().logIn(user);
    const come = async (headers: Record<string, string>, params: object = {}) => {
      const proxied = { 'X-Forwarded-For': '10.0.0.1', 'X-Forwarded-Proto': 'https', ...headers };
      const url = new URL('/web_socketio/token', odoo().url);
      const { result } = await postJson(url, params, { ...session.headers, ...proxied });
      return z.object({ token: z.string(), handle: z.string() }).parse(result);
    };
    const first = await come({ 'X-Forwarded-Host': 'evil"host' }, { handle });
    expect(await readRow(odoo(), first.token)).toMatchObject({ origin: null });
    const second = await come({ 'X-Forwarded-Host': 'erp.example.com:8443' });
    const third = await come({ 'X-Forwarded-Host': 'made-up.example.com' });
    for (const { token } of [second, third])
      expect(await readRow(odoo(), token)).toMatchObject({ origin: 'https://erp.example.com:8443' });
    // A row without one takes that of its session, too.
    await session.renew({ handle: first.handle });
    expect(await readRow(odoo(), first.token)).toMatchObject({ origin: 'https://erp.example.com:8443' });
  });
});
