import { expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import { startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { HELD_DRAIN, holdDrain } from '../../support/sidecar/held-drain.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const modules = {
  base: `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {});
`,
};

async function ask({ url }: TestSidecar, path: '/healthz' | '/readyz') {
  const response = await fetch(url + path);
  return { status: response.status, body: await response.json() };
}

/** A sidecar that reaches its database over a wire of the test's. */
async function startWired() {
  const database = await TestDatabase.create();
  const { host, port, user, password } = database.server;
  const wire = await TcpProxy.start(port);
  const postgres = { host, port: wire.port, user, password };
  const sidecar = await TestSidecar.start(database, modules, { postgres });
  const ready = {
    status: 200,
    body: { status: 'ready', databases: { [database.name]: 'connected' }, problems: [] },
  };
  const unreachable = {
    status: 503,
    body: {
      status: 'not_ready',
      databases: { [database.name]: 'postgres_unreachable' },
      problems: [
        {
          code: 'postgres_unreachable',
          database: database.name,
          message: expect.stringContaining(`PostgreSQL cannot be used for '${database.name}': `),
        },
      ],
    },
  };
  await expect.poll(() => ask(sidecar, '/readyz')).toEqual(ready);
  return { database, wire, sidecar, ready, unreachable };
}

it('is ready while it serves at least one database, and says what is wrong with the others', async () => {
  const database = await TestDatabase.create();
  const missing = `${database.name}_missing`;
  const problem = {
    code: 'database_missing',
    database: missing,
    message: `The database '${missing}' does not exist. Create it, or correct -d.`,
  };
  const both = await TestSidecar.start(database, modules, { databases: [database.name, missing] });
  await expect
    .poll(() => ask(both, '/readyz'))
    .toEqual({
      status: 200,
      body: {
        status: 'ready',
        databases: { [database.name]: 'connected', [missing]: 'database_missing' },
        problems: [problem],
      },
    });
  const none = await TestSidecar.start(database, modules, { databases: [missing] });
  await expect
    .poll(() => ask(none, '/readyz'))
    .toEqual({
      status: 503,
      body: { status: 'not_ready', databases: { [missing]: 'database_missing' }, problems: [problem] },
    });
  expect(await ask(none, '/healthz')).toEqual({ status: 200, body: { status: 'alive' } });
});

it('is not ready while a silent PostgreSQL lets its heartbeat fail, and ready when it answers again', async () => {
  const { wire, sidecar, ready, unreachable } = await startWired();
  wire.silence();
  await expect.poll(() => ask(sidecar, '/readyz')).toEqual(unreachable);
  expect(await ask(sidecar, '/healthz')).toMatchObject({ status: 200 });
  wire.resume();
  await expect.poll(() => ask(sidecar, '/readyz')).toEqual(ready);
});

it('is not ready after its backends were killed until it has a connection again', async () => {
  const { database, wire, sidecar, ready, unreachable } = await startWired();
  const { targets } = wire;
  wire.targets = [];
  expect(await database.killSidecarBackends()).toBeGreaterThan(0);
  await expect.poll(() => ask(sidecar, '/readyz')).toEqual(unreachable);
  wire.targets = targets;
  await expect.poll(() => ask(sidecar, '/readyz')).toEqual(ready);
});

it('is not ready, and alive, before PostgreSQL is there and after it has gone', async () => {
  const server = await startPostgres(15);
  onTestFinished(() => server.stop());
  const database = await TestDatabase.create(server);
  const sidecar = await TestSidecar.start(database, modules);
  await expect.poll(() => ask(sidecar, '/readyz')).toMatchObject({ status: 200 });
  await server.stop();
  await expect
    .poll(() => ask(sidecar, '/readyz'))
    .toMatchObject({ status: 503, body: { databases: { [database.name]: 'postgres_unreachable' } } });
  expect(await ask(sidecar, '/healthz')).toMatchObject({ status: 200 });
  const late = await TestSidecar.start(database, modules);
  expect(await ask(late, '/readyz')).toMatchObject({ status: 503, body: { status: 'not_ready' } });
});

it('is alive and not ready while it drains', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: HELD_DRAIN });
  const page = await sidecar.connect('/mine', database.name, await database.addToken());
  const holder = await holdDrain(sidecar, database);
  const sentAway = nextEvent(page, 'web_socketio.end');
  const stopped = sidecar.sidecar.stop();
  expect(await sentAway).toMatchObject([{ code: 'draining' }]);
  expect(await ask(sidecar, '/readyz')).toEqual({
    status: 503,
    body: {
      status: 'not_ready',
      databases: { [database.name]: 'connected' },
      problems: [{ code: 'draining', message: 'The sidecar is being stopped.' }],
    },
  });
  expect(await ask(sidecar, '/healthz')).toEqual({ status: 200, body: { status: 'alive' } });
  holder.emit('release');
  await stopped;
});
