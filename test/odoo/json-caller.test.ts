import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { JsonCaller, type JsonCallerOptions } from '../../sidecar/src/rpc/json-caller.ts';
import type { ModelCall } from '../../sidecar/src/rpc/model-caller.ts';
import { freePort } from '../support/free-port.ts';
import { startHttp } from '../support/http-server.ts';
import type { OdooUser } from '../support/odoo-session.ts';
import { useOdoo19 } from '../support/odoo19-fixture.ts';

const odoo = useOdoo19(['web_socketio_test']);
let token: string;
let user: OdooUser;
beforeAll(async () => {
  user = await odoo().createUser('anna');
  ({ token } = await (await odoo().logIn(user)).token());
});

/** Calls a method of the test module unless another model is named. */
function call(rest: Partial<ModelCall>, options: Partial<JsonCallerOptions> = {}): Promise<unknown> {
  const caller = new JsonCaller({ url: odoo().url, ...options });
  return caller.call({
    db: odoo().database,
    token,
    model: 'web_socketio_test.call',
    method: 'answer_context',
    args: [],
    kwargs: {},
    context: {},
    ...rest,
  });
}

describe('A model call that Odoo answers', () => {
  it('returns what the method returned', async () => {
    expect(await call({ model: 'res.users', method: 'read', args: [[user.uid], ['login']] })).toEqual([
      { id: user.uid, login: 'anna' },
    ]);
  });

  it('passes keyword arguments and the context', async () => {
    const kwargs = { fields: ['login'], limit: 1, domain: [['id', '=', user.uid]] };
    const found = await call({ model: 'res.users', method: 'search_read', kwargs });
    expect(found).toEqual([{ id: user.uid, login: 'anna' }]);
    expect(await call({ context: { mine: 1 } })).toMatchObject({ mine: 1, uid: user.uid });
  });

  it('returns null for None', async () => {
    expect(await call({ method: 'answer_nothing' })).toBeNull();
  });

  it.each([
    ['user_error', 'Not like this', { method: 'raise_user_error', args: ['Not like this'] }],
    ['validation_error', 'Too long', { method: 'raise_validation_error', args: ['Too long'] }],
    ['missing_error', 'deleted', { model: 'res.country', method: 'get_address_fields', args: [[999_999]] }],
    ['access_error', 'not allowed', { model: 'ir.config_parameter', method: 'search_read' }],
    ['access_error', 'Private methods', { method: '_private' }],
    ['user_error', "'no.such.model' does not exist", { model: 'no.such.model' }],
    ['openerp_error', "The method 'web_socketio_test.call.nothing' does not exist", { method: 'nothing' }],
  ] satisfies [string, string, Partial<ModelCall>][])('throws %s: %s', async (code, text, rest) => {
    await expect(call(rest)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it('throws access_denied for a token that is not valid', async () => {
    await expect(call({ token: `wsio_${'a'.repeat(43)}` })).rejects.toMatchObject({ code: 'access_denied' });
  });

  it("does not pass on Python's traceback", async () => {
    const error = await call({ method: 'raise_key_error', args: ['missing key'] }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'openerp_error', message: expect.stringContaining('missing key') });
    const all = inspect(error, { depth: Number.POSITIVE_INFINITY });
    expect(all).not.toMatch(/Traceback|\.py\b/);
    expect(all).not.toContain(token);
  });

  it('refuses an answer that is too long', async () => {
    const rest = { method: 'answer_text', args: [100_000] };
    expect(await call(rest)).toHaveLength(100_000);
    await expect(call(rest, { maxBytes: 50_000 })).rejects.toMatchObject({
      code: 'openerp_answer',
      message: expect.stringContaining('longer than 50000 bytes'),
    });
  });

  it('names the database that has no such route', async () => {
    const url = await startHttp((_, response) => response.writeHead(404).end('<h1>Not Found</h1>'));
    await expect(call({ db: 'other' }, { url })).rejects.toMatchObject({
      code: 'openerp_answer',
      retry: false,
      message: expect.stringMatching(/HTTP 404: .*Not Found.* installed in 'other'/),
    });
  });
});

describe('A model call that Odoo does not answer', () => {
  it('can be tried again when nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(call({}, { url })).rejects.toMatchObject({
      code: 'openerp_unreachable',
      retry: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each([502, 403])('says the HTTP status of whoever answered: %i', async (status) => {
    const url = await startHttp((_, response) => response.writeHead(status).end('busy'));
    const message = expect.stringContaining(`HTTP ${status}: "busy"`);
    await expect(call({}, { url })).rejects.toMatchObject({ code: 'openerp_answer', retry: false, message });
  });

  it.each(['<html>', '7', '""'])('refuses an answer that is no JSON-RPC: %s', async (body) => {
    const url = await startHttp((_, response) => response.end(body));
    await expect(call({}, { url })).rejects.toMatchObject({ code: 'openerp_answer' });
  });

  it('does not follow to another address, which would get the token', async () => {
    const elsewhere = await startHttp((_, response) => response.end('{"result": "stolen"}'));
    const url = await startHttp((_, response) => response.writeHead(307, { location: elsewhere }).end());
    await expect(call({}, { url })).rejects.toMatchObject({
      code: 'openerp_answer',
      retry: false,
      message: expect.stringContaining('HTTP 307'),
    });
  });

  it('is given up after its time, and says that it may still be carried out', async () => {
    const asked: string[] = [];
    const url = await startHttp((request) => asked.push(request.url ?? ''));
    await expect(call({}, { url, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'openerp_timeout',
      retry: false,
      message: expect.stringContaining('50 ms'),
    });
    expect(asked).toEqual(['/web_socketio/call']);
  });

  it('is not sent twice when the connection breaks in the middle of it, nor called safe to repeat', async () => {
    const asked: string[] = [];
    const url = await startHttp((request) => {
      asked.push(request.url ?? '');
      request.resume().on('end', () => request.socket.destroy());
    });
    await expect(call({}, { url })).rejects.toMatchObject({
      code: 'openerp_unreachable',
      retry: false,
      message: expect.stringContaining('may have carried it out'),
    });
    expect(asked).toEqual(['/web_socketio/call']);
  });
});
