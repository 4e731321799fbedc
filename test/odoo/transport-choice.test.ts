import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { JsonCaller } from '../../sidecar/src/odoo/calls/json-caller.ts';
import type { ModelCall } from '../../sidecar/src/odoo/calls/model-caller.ts';
import { openTransport, TransportChoice } from '../../sidecar/src/odoo/calls/transport-choice.ts';
import { XmlRpcCaller } from '../../sidecar/src/odoo/calls/xmlrpc-caller.ts';
import { OdooServer } from '../../sidecar/src/odoo/http/odoo-server.ts';
import { startHttp } from '../support/network/http-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';

const odoo = useOdoo(['web_socketio_test']);
let token: string;
let uid: number;
beforeAll(async () => {
  const user = await odoo().createUser('anna');
  ({ token, uid } = await (await odoo().logIn(user)).token());
});

/** A call of a method that gives back its argument. */
function echo(): ModelCall {
  return {
    ...{ db: odoo().database, credential: token, origin: null, uid },
    ...{ model: 'web_socketio_test.call', method: 'answer', args: ['echo'], kwargs: {}, context: {} },
  };
}

/** Odoo, which has the JSON route or does not. */
async function startOdoo(route: { path: string | null }): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const url = await startHttp((request, response) => {
    const path = request.url === '/web_socketio/call' ? route.path : (request.url ?? '');
    asked.push(request.url ?? '');
    if (path === null) {
      response.writeHead(404).end('<h1>Not Found</h1>');
      return;
    }
    const { method, headers } = request;
    const passed = httpRequest(new URL(path, odoo().url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  return { url, asked };
}

describe('The choice of the transport', () => {
  it.each([
    ['HTTP 404', null],
    ["Odoo's own answer for a path that it does not know", '/web_socketio/no_such_route'],
  ])('is XML-RPC where the JSON route is missing, found out once and said once: %s', async (_, path) => {
    const { url, asked } = await startOdoo({ path });
    const said: string[] = [];
    const caller = openTransport({ url, transport: 'auto' }, (db, text) => said.push(`${db}: ${text}`));
    expect(await caller.call({ ...echo(), args: [1] })).toBe(1);
    expect(await caller.call({ ...echo(), args: [2] })).toBe(2);
    expect(asked).toEqual(['/web_socketio/call', '/xmlrpc/object', '/xmlrpc/object']);
    expect(said).toEqual([expect.stringMatching(new RegExp(`^${odoo().database}: .* over XML-RPC$`))]);
  });

  it('is the JSON route again where it has come back', async () => {
    const route: { path: string | null } = { path: null };
    const { url, asked } = await startOdoo(route);
    const server = new OdooServer({ url });
    const said: string[] = [];
    const transports = { json: new JsonCaller(server), xmlrpc: new XmlRpcCaller(server) };
    const caller = new TransportChoice(transports, (_, transport) => said.push(transport), 0);
    for (const path of [null, null, '/web_socketio/call', '/web_socketio/call']) {
      route.path = path;
      expect(await caller.call(echo())).toBe('echo');
    }
    expect(said).toEqual(['xmlrpc', 'json']);
    expect(asked.join()).toBe(
      [
        ...['/web_socketio/call', '/xmlrpc/object', '/web_socketio/call', '/xmlrpc/object'],
        ...['/web_socketio/call', '/web_socketio/call'],
      ].join(),
    );
  });

  it('is not made anew because a method fails: it is asked once', async () => {
    const { url, asked } = await startOdoo({ path: '/web_socketio/call' });
    const caller = openTransport({ url, transport: 'auto' }, () => undefined);
    for (const method of ['raise_not_found', 'nothing', '_private']) {
      await expect(caller.call({ ...echo(), method, args: [] })).rejects.toMatchObject({
        code: expect.stringMatching(/^(odoo|access)_error$/),
      });
    }
    expect(asked).toEqual(Array(3).fill('/web_socketio/call'));
  });

  it('names the database and the host where nothing takes calls', async () => {
    const url = await startHttp((_, response) => response.writeHead(404).end('<h1>Not Found</h1>'));
    for (const transport of ['json', 'xmlrpc', 'auto'] as const) {
      const caller = openTransport({ url, transport }, () => undefined);
      await expect(caller.call({ ...echo(), db: 'other' })).rejects.toMatchObject({
        code: 'host_refused',
        retry: false,
        message: expect.stringMatching(
          /does not open 'other' for the host '127.0.0.1:\d+', so that .* was not carried out/,
        ),
      });
    }
  });
});
