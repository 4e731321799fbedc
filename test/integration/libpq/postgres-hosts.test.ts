import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { closeClient } from '../../../sidecar/src/postgres/connect/connection.ts';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import { DialError } from '../../../sidecar/src/postgres/connect/dial-error.ts';
import { dialPatiently } from '../../support/postgres/dial-patiently.ts';
import { askingFor, fakePostgres, refusing } from '../../support/postgres/fake-postgres.ts';
import {
  arrive,
  dialWith,
  expectLikeLibpq,
  libpqVariables,
  refusal,
} from '../../support/postgres/libpq-case.ts';
import { createDatabase, startPostgres } from '../../support/postgres/postgres.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';

// Each of them starts servers, or asks psql, too.
vi.setConfig({ testTimeout: 120_000 });

/** Nobody listens there. */
const NOBODY = '1';

const shared = () => inject('postgres');
const there = () => `127.0.0.1 ${shared().port}`;

it('takes the next host where one is away, with one port for all or one for each', async () => {
  const env = libpqVariables(shared());
  const port = `${shared().port}`;
  await expectLikeLibpq({ ...env, PGHOST: '127.0.0.1,127.0.0.1', PGPORT: `${NOBODY},${port}` }, there());
  await expectLikeLibpq({ ...env, PGHOST: '/nonexistent,nowhere.invalid,127.0.0.1', PGPORT: port }, there());
  await expectLikeLibpq(
    { ...env, PGHOST: 'a.invalid,b.invalid', PGHOSTADDR: '127.0.0.2,127.0.0.1', PGPORT: port },
    there(),
  );
  await expectLikeLibpq({ ...env, PGHOST: 'localhost', PGPORT: port }, there());
  expect(await refusal({ ...env, PGHOST: '127.0.0.1,/nonexistent', PGPORT: NOBODY })).toMatch(
    /^postgres_unreachable: .*'postgres': 127\.0\.0\.1:1.*: connect ECONNREFUSED 127\.0\.0\.1:1; \/nonexistent:1: connect ENOENT/,
  );
});

it('stops at a host that refuses the log-in, as libpq does, and goes on where it is only starting', async () => {
  const { port } = shared();
  const env = { ...libpqVariables(shared()), PGHOST: '127.0.0.1,127.0.0.1' };
  await expectLikeLibpq({ ...env, PGPORT: `${await fakePostgres(refusing('N', '3D000'))},${port}` }, null);
  await expectLikeLibpq({ ...env, PGPORT: `${await fakePostgres(refusing('N', '57P03'))},${port}` }, there());
  // libpq gives up where a proxy hangs up, since nothing is behind it; the sidecar goes on.
  const proxy = await fakePostgres((connection) => connection.once('data', () => connection.destroy()));
  expect(await arrive({ ...env, PGPORT: `${proxy},${port}` })).toBe(there());
});

it('chooses among a primary and a standby by target_session_attrs, and takes the primary unless told', async () => {
  const primary = await RestartablePostgres.create();
  const standby = await primary.copyAsStandby();
  await primary.start();
  await standby.start();
  const env = { ...libpqVariables(primary), PGHOST: '127.0.0.1,127.0.0.1' };
  const both = { ...env, PGPORT: `${standby.port},${primary.port}` };
  const [first, second] = [`127.0.0.1 ${standby.port}`, `127.0.0.1 ${primary.port}`];
  expect(await arrive(both)).toBe(second);
  const cases = [
    ['any', first],
    ['read-write', second],
    ['primary', second],
    ['read-only', first],
    ['standby', first],
    ['prefer-standby', first],
  ] as const;
  for (const [target, arrived] of cases) {
    await expectLikeLibpq({ ...both, PGTARGETSESSIONATTRS: target }, arrived);
  }
  const twice = { ...env, PGPORT: `${primary.port}` };
  await expectLikeLibpq({ ...twice, PGTARGETSESSIONATTRS: 'prefer-standby' }, second);
  await expectLikeLibpq({ ...twice, PGTARGETSESSIONATTRS: 'standby' }, null);
  const standbys = { ...env, PGPORT: `${standby.port}` };
  expect(await refusal(standbys)).toMatch(
    /^target_missing: .*The server is a standby, and target_session_attrs is 'read-write'/,
  );
  // One host alone is taken as it is: what is wrong with it is said by who uses it.
  expect(await arrive({ ...standbys, PGHOST: '127.0.0.1' })).toBe(first);
});

it('goes through Unix sockets: by folder, in the abstract namespace, and where they usually are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-socket-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const abstract = `@web_socketio_${randomBytes(6).toString('hex')}`;
  // Only the server's own user may write to a folder of mkdtemp: the socket lies in /tmp.
  const server = await startPostgres(15, { fsync: 'off', unix_socket_directories: `/tmp,${abstract}` });
  onTestFinished(() => server.stop());
  const env = libpqVariables(server);
  await expectLikeLibpq({ ...env, PGHOST: '/tmp', PGSSLMODE: 'require' }, `socket ${server.port}`);
  await expectLikeLibpq({ ...env, PGHOST: `${folder},/tmp` }, `socket ${server.port}`);
  // Up to version 20, Node fills the name up, and nobody listens there: main.ts refuses it.
  const isExact = Number.parseInt(process.versions.node, 10) >= 22;
  expect(await arrive({ ...env, PGHOST: abstract })).toBe(
    isExact ? `socket ${server.port}` : 'postgres_unreachable',
  );
  const { PGHOST, ...noHost } = env;
  expect(PGHOST).toBe('127.0.0.1');
  expect(await arrive(noHost)).toBe(`socket ${server.port}`);
  expect(await arrive({ ...noHost, PGPORT: `${shared().port}`, PGPASSWORD: shared().password })).toBe(
    there(),
  );
});

it('opens one attempt where a lock keeps everybody out, and says that it may have left a backend', async () => {
  const database = await createDatabase(shared());
  const env = {
    ...libpqVariables(shared()),
    PGDATABASE: database,
    PGHOST: 'localhost',
  };
  const keeper = await dialWith(env);
  onTestFinished(() => closeClient(keeper));
  await keeper.query('BEGIN; LOCK TABLE pg_catalog.pg_db_role_setting IN ACCESS EXCLUSIVE MODE');
  const error: unknown = await dialWith({ ...env, PGCONNECT_TIMEOUT: '4' }).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DialError)) throw new Error('It was let in');
  expect(error.failures).toEqual([expect.objectContaining({ stage: 'login', timedOut: true })]);
  expect(error).toMatchObject({ leavesBackend: true, code: 'postgres_waiting' });
  // Who takes the attempt over gets it when the lock is gone.
  const { host, port, user, password } = shared();
  const late: { client: pg.Client; admitted: Promise<unknown> }[] = [];
  const dialled = dial(
    { host, port, user, password, connectTimeoutMs: 4_000, target: 'prefer-standby' },
    database,
    (one) => late.push(one),
  );
  await expect(dialled).rejects.toThrow('timeout expired');
  await keeper.query('ROLLBACK');
  // Not one more for a primary.
  expect(late.length).toBe(1);
  const [attempt] = late;
  await attempt?.admitted;
  expect((await attempt?.client.query('SELECT 1'))?.rowCount).toBe(1);
  await attempt?.client.end();
});

it('leaves nothing behind where nobody answers, or somebody who is no PostgreSQL', async () => {
  const silent = await fakePostgres(() => undefined);
  const env = { ...libpqVariables(shared()), PGPORT: `${silent}`, PGCONNECT_TIMEOUT: '1' };
  await expect(dialWith(env)).rejects.toMatchObject({ leavesBackend: false, message: /timeout expired/ });
  const web = await fakePostgres((connection) => connection.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await refusal({ ...env, PGPORT: `${web}`, PGSSLMODE: 'require' })).toMatch(
    /^postgres_unreachable: .*is none of PostgreSQL: "HTTP\/1\.1 400/,
  );
  // What comes in clear text after the answer would be taken for the server's.
  const between = await fakePostgres((connection) =>
    connection.once('data', () => connection.write('SR\0\0\0\x08\0\0\0\0')),
  );
  expect(await refusal({ ...env, PGPORT: `${between}`, PGSSLMODE: 'require' })).toMatch(
    /^postgres_unreachable: .*Data came without encryption/,
  );
});

it('lives on when a server asks for a log-in by Kerberos', async () => {
  const env = libpqVariables(shared());
  const kerberos = await fakePostgres(askingFor(7));
  expect(await refusal({ ...env, PGPORT: `${kerberos}` })).toBe(
    'database_login: PostgreSQL asks for a log-in by GSSAPI, which is not known here: Unknown authenticationOk message type 7. Give the role scram-sha-256 in pg_hba.conf.',
  );
});

it('does not wait at each connection for a host that was passed over before', async () => {
  const { host, port, user, password } = shared();
  let asked = 0;
  const silent = await fakePostgres(() => {
    asked += 1;
  });
  const options = { host, port: silent, user, password, others: [{ host, port }], connectTimeoutMs: 4_000 };
  for (let connection = 0; connection < 3; connection += 1) {
    await closeClient(await dial(options, 'postgres'));
  }
  expect(asked).toBe(1);
});

it('lets nothing decide but its own settings, whatever pg finds in the environment', async () => {
  const { host, port, user, password } = shared();
  const before = { ...process.env };
  onTestFinished(() => {
    process.env = before;
  });
  Object.assign(process.env, {
    ...{ PGHOST: 'nowhere.invalid', PGPORT: '1', PGUSER: 'nobody', PGPASSWORD: 'no', PGDATABASE: 'no' },
    ...{ PGSSLMODE: 'verify-full', PGSSLNEGOTIATION: 'direct', PGOPTIONS: '-c nonsense=1', PGAPPNAME: 'no' },
    ...{ PGREPLICATION: 'database', PGCLIENT_ENCODING: 'LATIN1', PGCONNECT_TIMEOUT: '1', PGBINARY: '1' },
  });
  const client = await dialPatiently({ host, port, user, password }, 'postgres');
  const { rows } = await client.query(
    `SELECT current_setting('application_name') AS name, current_setting('client_encoding') AS encoding, current_user AS "user"`,
  );
  await client.end();
  expect(rows).toEqual([{ name: 'web_socketio', encoding: 'UTF8', user }]);
});

it('gives the server the name and the options that libpq has for it', async () => {
  const env = {
    ...libpqVariables(shared()),
    PGAPPNAME: 'mine',
    PGOPTIONS: '-c geqo=off -c search_path="a\\ b"',
  };
  const client = await dialWith(env);
  const { rows } = await client.query(
    `SELECT current_setting('application_name') AS name, current_setting('geqo') AS geqo, current_setting('search_path') AS path`,
  );
  await client.end();
  expect(rows).toEqual([{ name: 'mine', geqo: 'off', path: '"a b"' }]);
});
