import type { RequestListener } from 'node:http';
import { expect, it } from 'vitest';
import type { ModelCall } from '../../../sidecar/src/odoo/calls/model-caller.ts';
import { openTransport } from '../../../sidecar/src/odoo/calls/transport-choice.ts';
import { startHttp } from '../../support/network/http-server.ts';

const CALL: ModelCall = {
  ...{ db: 'mydb', credential: `wsio_${'a'.repeat(43)}`, origin: null, uid: 2 },
  ...{ model: 'res.users', method: 'read', args: [], kwargs: {}, context: {} },
};
const xmlrpc = (content: string) => `<?xml version="1.0"?><methodResponse>${content}</methodResponse>`;
const DONE = xmlrpc('<params><param><value><string>{"result": "done"}</string></value></param></params>');
const fault = (code: string, text: string) =>
  xmlrpc(
    `<fault><value><struct><member><name>faultCode</name><value>${code}</value></member><member><name>faultString</name><value><string>${text}</string></value></member></struct></value></fault>`,
  );
const traceback = (lastLine: string) =>
  `Traceback (most recent call last):\n  File "/opt/secret.py", line 1\n${lastLine}\n`;
const noVariable = "local variable 'stored_password_crypt' referenced before assignment";
it.each([
  ['AccessDenied', 'Access denied.', 'access_denied', 'AccessDenied'],
  [noVariable, traceback(`UnboundLocalError: ${noVariable}`), 'access_denied', 'AccessDenied'],
  ['no such name', traceback("NameError: name 'secret' is not defined"), 'odoo_error', 'NameError'],
  [
    "warning -- Object Error\n\nObject web_socketio.call doesn't exist",
    '',
    'odoo_answer',
    'web_socketio.call',
  ],
  ["warning -- UserError\n\nObject web_socketio.call doesn't exist", '', 'odoo_answer', 'web_socketio.call'],
  ['warning -- AccessError\n\nsecret', '', 'access_error', 'AccessError'],
  ['warning -- Not allowed\n\nsecret', '', 'odoo_error', 'unknown error'],
  [
    'secret',
    traceback('psycopg2.OperationalError: at /var/secret'),
    'odoo_error',
    'failed in Odoo: psycopg2.OperationalError. See',
  ],
  ['secret', 'secret', 'odoo_error', 'unknown error'],
  ['', '', 'odoo_error', 'unknown error'],
])(
  'A fault of XML-RPC around the call is named, without its text: %j %j',
  async (code, text, ...expected) => {
    const url = await startHttp((_, response) => response.end(fault(`<string>${code}</string>`, text)));
    const error: unknown = await openTransport({ url, transport: 'xmlrpc' }, () => undefined)
      .call(CALL)
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: expected[0], retry: false });
    expect(String(error)).toContain(expected[1]);
    expect(String(error)).not.toMatch(/secret|Traceback|stored_password/);
  },
);

const missing: RequestListener = (_, response) => response.writeHead(404).end('<h1>Not Found</h1>');

it('Where the JSON route is missing, the same call goes over XML-RPC, found out and said once for each database and host', async () => {
  const asked: string[] = [];
  const url = await startHttp((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    if (request.url === '/xmlrpc/object') response.end(DONE);
    else missing(request, response);
  });
  const said: string[] = [];
  const caller = openTransport({ url, transport: 'auto' }, (db, text) => said.push(`${db}: ${text}`));
  const places = [
    ['mydb', null],
    ['mydb', null],
    ['other', null],
    ['mydb', 'https://a.example.com'],
    ['mydb', 'https://a.example.com'],
  ] as const;
  for (const [db, origin] of places) expect(await caller.call({ ...CALL, db, origin })).toBe('done');
  const { host } = new URL(url);
  const both = (name: string) => [`${name} /web_socketio/call`, `${name} /xmlrpc/object`];
  expect(asked).toEqual([
    ...both(host),
    `${host} /xmlrpc/object`,
    ...both(host),
    ...both('a.example.com'),
    'a.example.com /xmlrpc/object',
  ]);
  expect(said).toEqual([
    expect.stringMatching(/^mydb: .* over XML-RPC$/),
    expect.stringMatching(/^other: .* over XML-RPC$/),
    expect.stringMatching(/^mydb: .* over XML-RPC \(for the host 'a.example.com'\)$/),
  ]);
});

it.each(['json', 'auto'] as const)(
  'A database that OpenERP does not open under that host is told as that, and not as a missing module: %s',
  async (transport) => {
    const url = await startHttp(missing);
    const caller = openTransport({ url, transport, repeatMs: 0 }, () => undefined);
    const error: unknown = await caller
      .call({ ...CALL, origin: 'https://a.example.com' })
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'host_refused', retry: false });
    expect(String(error)).toContain(`Odoo at ${url} does not open 'mydb' for the host 'a.example.com'`);
    expect(String(error)).not.toContain('installed');
  },
);
