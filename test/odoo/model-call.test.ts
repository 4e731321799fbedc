import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelCall } from '../../sidecar/src/odoo/calls/model-caller.ts';
import { openTransport } from '../../sidecar/src/odoo/calls/transport-choice.ts';
import type { OdooServerOptions } from '../../sidecar/src/odoo/http/odoo-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';

const odoo = useOdoo(['web_socketio_test']);
let token: string;
let user: OdooUser;
beforeAll(async () => {
  user = await odoo().createUser('anna');
  ({ token } = await (await odoo().logIn(user)).token());
});

const EVERY_CHARACTER = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');

describe.each(['json', 'xmlrpc'] as const)('A model call over %s', (transport) => {
  /** Calls `answer` of the test module unless something else is named. */
  function call(rest: Partial<ModelCall>, options: Partial<OdooServerOptions> = {}): Promise<unknown> {
    const caller = openTransport({ url: odoo().url, transport, ...options }, () => undefined);
    return caller.call({
      ...{ db: odoo().database, credential: token, origin: null, uid: user.uid },
      ...{ model: 'web_socketio_test.call', method: 'answer', args: [], kwargs: {}, context: {} },
      ...rest,
    });
  }

  const name = async () => {
    const [partner] = await odoo().sql(
      'SELECT p.name FROM res_partner p JOIN res_users u ON u.partner_id = p.id WHERE u.id = $1',
      [user.uid],
    );
    return partner?.['name'];
  };

  it('returns what the method returned', async () => {
    expect(await call({ model: 'res.users', method: 'read', args: [[user.uid], ['login']] })).toEqual([
      { id: user.uid, login: 'anna' },
    ]);
  });

  it('passes keyword arguments', async () => {
    const kwargs = { fields: ['login'], limit: 1, domain: [['id', '=', user.uid]] };
    const found = await call({ model: 'res.users', method: 'search_read', kwargs });
    expect(found).toEqual([{ id: user.uid, login: 'anna' }]);
    const named = { method: 'answer_with_keywords', args: [1], kwargs: { other: null, 'a key': [2] } };
    expect(await call(named)).toEqual([1, null, { 'a key': [2] }]);
  });

  it("merges a context among the keywords over the session's, and that over what the sidecar says", async () => {
    const context = { lang: 'nl_BE', mine: 1, both: 'sidecar' };
    const rest = { method: 'answer_context', context, kwargs: { context: { both: 'call' } } };
    expect(await call(rest)).toMatchObject({ lang: 'en_US', mine: 1, both: 'call' });
  });

  it.each([
    ['nothing', null],
    ['nothing inside of something', [null, { none: null, list: [null, []] }]],
    ['truth and numbers', [true, false, 0, -1, 1.5, 1e21, 0.1 + 0.2, 5e-324, 2 ** 53 - 1, -(2 ** 53 - 1)]],
    ['integers of any size', [2n ** 53n + 1n, -(2n ** 63n), { deep: [10n ** 40n] }]],
    [
      'a large integer beside digits that are none',
      [2n ** 53n + 1n, '12345678901234567890', 0.1234567890123456],
    ],
    ['a small BigInt, as a number', [5n], [5]],
    ['no text', ''],
    ['markup', '<b>&amp; ]]> ]]&gt; <![CDATA[ </string></value> <?xml ?> <!-- --> %s {} \\ " \''],
    ['line ends and spaces', ' \r\n \n\r \r\t  '],
    ['every character, NUL and the other controls included', EVERY_CHARACTER],
    ['the last characters, and astral ones', '\ud7ff\ue000\ufdd0\ufeff\ufffd\ufffe\uffff😀\u{10ffff}'],
    ['half a surrogate pair', 'a\ud83d b\ude00 c\ude00\ud83d'],
    ['any key', { '': 1, '\0<&': 2, '😀': 3, constructor: 4, toString: 5 }],
    ['a key that JavaScript has a meaning for', JSON.parse('{"__proto__": {"own": 1}}')],
    ['a long text', '€<"'.repeat(40_000)],
    ['deep lists', JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`)],
  ] as [string, unknown, unknown?][])('gives back %s', async (_, value, expected = value) => {
    expect(await call({ args: [value] })).toEqual(expected);
    expect(await call({ method: 'answer_with_keywords', args: [0], kwargs: { value2: value } })).toEqual([
      0,
      null,
      { value2: expected },
    ]);
  });

  it.each([
    ['datetime', '2026-02-28 23:59:58'],
    ['date', '2026-02-28'],
    ['bytes', 'AAEC/w=='],
    ['tuple', [1, null]],
    ['nothing', []],
    ['number as key', { 1: 'one' }],
    ['power', 2n ** 64n],
    ['set', '{1}'],
  ])('returns what JSON does not have as something that it has: %s', async (kind, expected) => {
    expect(await call({ method: 'answer_python', args: [kind] })).toEqual(expected);
  });

  it('returns records as their ids', async () => {
    expect(await call({ method: 'answer_python', args: ['records'] })).toEqual([user.uid]);
  });

  it('writes and reads binary fields, dates and names of any alphabet', async () => {
    const values = { name: 'Ünï😀 <&]]>\n\u0001', datas: 'AAEC/w==' };
    const id = await call({ model: 'ir.attachment', method: 'create', args: [values] });
    expect(
      await call({ model: 'ir.attachment', method: 'read', args: [[id], ['name', 'datas', 'create_date']] }),
    ).toEqual([{ id, ...values, create_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) }]);
  });

  it.each([
    ['UserError', 'user_error', 'Not like <this>\n😀', { method: 'raise_user_error' }],
    ['UserError', 'user_error', 'Derived', { method: 'raise_derived_error' }],
    ['ValidationError', 'validation_error', 'Too long', { method: 'raise_validation_error' }],
    ['OpenERPError', 'odoo_error', 'missing key', { method: 'raise_key_error' }],
  ])('throws %s, %s: %j', async (python, code, text, rest) => {
    await expect(call({ ...rest, args: [text] })).rejects.toMatchObject({
      name: python,
      code,
      retry: false,
      message: code === 'odoo_error' ? expect.stringContaining(text) : text,
    });
  });

  it.each([
    [
      'MissingError',
      'missing_error',
      'deleted',
      { model: 'res.country', method: 'get_address_fields', args: [[999_999]] },
    ],
    ['AccessError', 'access_error', 'not allowed', { model: 'ir.config_parameter', method: 'search_read' }],
    ['AccessError', 'access_error', "'web_socketio_test.call._private'", { method: '_private' }],
    ['AccessError', 'access_error', "'web_socketio_test.call.__init__'", { method: '__init__' }],
    [
      'AccessError',
      'access_error',
      "'web_socketio.call._call_json'",
      { model: 'web_socketio.call', method: '_call_json' },
    ],
    [
      'UserError',
      'user_error',
      "'no.such.model' does not exist, so that 'read'",
      { model: 'no.such.model', method: 'read' },
    ],
    [
      'OpenERPError',
      'odoo_error',
      "The method 'web_socketio_test.call.nothing' does not exist",
      { method: 'nothing' },
    ],
    ['OpenERPError', 'odoo_error', 'UndefinedColumn', { method: 'raise_database_error' }],
    ['ValidationError', 'validation_error', 'login', { method: 'login_twice' }],
    ['OpenERPError', 'odoo_error', 'TypeError', { method: 'answer_python', args: ['two keys'] }],
    [
      'OpenERPError',
      'odoo_error',
      "The answer of 'web_socketio_test.call.answer_python' is no JSON: result is nan. Give a finite number",
      { method: 'answer_python', args: ['nan'] },
    ],
    ['OpenERPError', 'odoo_error', 'TypeError', { method: 'answer', args: [1, 2, 3] }],
  ] as [string, string, string, Partial<ModelCall>][])(
    'throws %s, %s: %s',
    async (python, code, text, rest) => {
      await expect(call(rest)).rejects.toMatchObject({
        name: python,
        code,
        retry: false,
        message: expect.stringContaining(text),
      });
    },
  );

  it('throws AccessDenied for a token that is not valid', async () => {
    const denied = { name: 'AccessDenied', code: 'access_denied' };
    await expect(call({ credential: `wsio_${'a'.repeat(43)}` })).rejects.toMatchObject(denied);
    await expect(call({ credential: '' })).rejects.toMatchObject(denied);
  });

  it("passes on neither Python's traceback, nor files of the server, nor the token", async () => {
    const failing: Partial<ModelCall>[] = [
      { method: 'raise_key_error', args: ['missing key'] },
      { method: 'read_file', args: ['/no/such/folder/file.txt'] },
      { method: 'raise_key_error', args: [`the token ${token}`] },
      { method: 'raise_database_error' },
      { db: 'no_such_database' },
    ];
    for (const rest of failing) {
      const error: unknown = await call(rest).catch((reason) => reason);
      expect(error).toMatchObject({ code: expect.stringMatching(/^(odoo_(error|answer)|host_refused)$/) });
      const all = inspect(error, { depth: Number.POSITIVE_INFINITY }).replace(
        (error as Error).stack ?? '',
        '',
      );
      expect(`${(error as Error).message}${all}`).not.toMatch(/Traceback|\.py\b|\/no\/such|File "/);
      expect(`${(error as Error).message}${all}`).not.toContain(token);
    }
  });

  it('undoes what a method did before it failed', async () => {
    const before = await name();
    await expect(call({ method: 'rename_and_fail', args: ['Changed'] })).rejects.toMatchObject({
      code: 'user_error',
    });
    expect(await name()).toBe(before);
  });

  it('undoes what a method did whose result cannot be told', async () => {
    const before = await name();
    await expect(call({ method: 'rename_and_answer', args: ['Changed', 'nan'] })).rejects.toMatchObject({
      code: 'odoo_error',
    });
    expect(await name()).toBe(before);
  });

  it('has Odoo run the method again after a conflict of transactions', async () => {
    const wanted = `After the conflict, ${transport}`;
    expect(await call({ method: 'rename_after_conflict', args: [wanted] })).toBe(wanted);
    expect(await name()).toBe(wanted);
  });

  it('refuses an answer that is too long', async () => {
    const rest = { method: 'answer_text', args: [100_000] };
    expect(await call(rest)).toHaveLength(100_000);
    await expect(call(rest, { maxBytes: 50_000 })).rejects.toMatchObject({
      code: 'odoo_answer',
      message: expect.stringContaining('longer than 50000 bytes'),
    });
  });
});
