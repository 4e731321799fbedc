import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { CertificateAuthority } from '../../support/network/certificate-authority.ts';
import { dialWith, expectLikeLibpq, libpqVariables, refusal } from '../../support/postgres/libpq-case.ts';
import { createDatabase } from '../../support/postgres/postgres.ts';
import type { LibpqVariables } from '../../support/postgres/psql/psql.ts';
import { startTlsPostgres, type TlsPostgres } from '../../support/postgres/tls-postgres.ts';

// Each of them starts servers, or asks psql, too.
vi.setConfig({ testTimeout: 120_000 });

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

let server: TlsPostgres;
let folder: string;

beforeAll(async () => {
  server = await startTlsPostgres(15, [
    'hostssl tls_only all 127.0.0.1/32 md5',
    'hostnossl plain_only all 127.0.0.1/32 md5',
    'host either all 127.0.0.1/32 md5',
    'host postgres all 127.0.0.1/32 md5',
    'hostssl with_certificate all 127.0.0.1/32 md5 clientcert=verify-ca',
  ]);
  for (const name of ['tls_only', 'plain_only', 'either', 'with_certificate']) {
    await createDatabase(server, name);
  }
  folder = await mkdtemp(join(tmpdir(), 'web_socketio-homes-'));
  const other = await CertificateAuthority.create('another authority');
  await writeHome('none', {});
  await writeHome('right', { 'root.crt': server.authority.certificate });
  await writeHome('wrong', { 'root.crt': other.certificate });
});

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A home folder with these files in `~/.postgresql`. */
async function writeHome(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const home = join(folder, name);
  await mkdir(join(home, '.postgresql'), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(home, '.postgresql', file), text, { mode: 0o600 });
  }
  return home;
}

function reach(database: string, more: LibpqVariables = {}): Record<string, string> {
  return { ...libpqVariables(server), PGDATABASE: database, HOME: join(folder, 'none'), ...more };
}

/** What libpq 15 does, mode by mode in the order of MODES: `T` with TLS, `p` without, `-` refused. */
const OUTCOMES = [
  ['tls_only', 'none', 'right name', '-TTT--'],
  ['tls_only', 'none', 'wrong name', '-TTT--'],
  ['tls_only', 'right', 'right name', '-TTTTT'],
  ['tls_only', 'right', 'wrong name', '-TTTT-'],
  ['tls_only', 'wrong', 'right name', '------'],
  ['tls_only', 'wrong', 'wrong name', '------'],
  ['plain_only', 'none', 'right name', 'ppp---'],
  ['plain_only', 'right', 'right name', 'ppp---'],
  ['plain_only', 'right', 'wrong name', 'ppp---'],
  ['plain_only', 'wrong', 'right name', 'ppp---'],
  ['either', 'none', 'right name', 'ppTT--'],
  ['either', 'none', 'wrong name', 'ppTT--'],
  ['either', 'right', 'right name', 'ppTTTT'],
  ['either', 'right', 'wrong name', 'ppTTT-'],
  ['either', 'wrong', 'right name', 'ppp---'],
  ['either', 'wrong', 'wrong name', 'ppp---'],
  ['server without TLS', 'none', 'right name', 'ppp---'],
  ['server without TLS', 'right', 'right name', 'ppp---'],
] as const;

it.each(OUTCOMES)(
  'does what libpq does in each sslmode: %s, root certificate: %s, %s',
  async (database, root, name, outcomes) => {
    const isBare = database === 'server without TLS';
    const at = isBare ? inject('postgres') : server;
    const env = {
      ...reach(isBare ? 'postgres' : database, { ...libpqVariables(at), HOME: join(folder, root) }),
      ...(isBare ? {} : { PGDATABASE: database }),
      PGHOST: name === 'right name' ? 'localhost' : 'elsewhere.example',
      PGHOSTADDR: '127.0.0.1',
    };
    const expected = { T: `127.0.0.1 ${at.port} TLS`, p: `127.0.0.1 ${at.port}`, '-': null };
    for (const [index, mode] of MODES.entries()) {
      const outcome = outcomes[index];
      if (outcome !== 'T' && outcome !== 'p' && outcome !== '-') throw new Error(`No outcome for ${mode}`);
      await expectLikeLibpq({ ...env, PGSSLMODE: mode }, expected[outcome]);
    }
  },
);

it('prefers TLS unless something else is said, and uses none through a Unix socket', async () => {
  await expectLikeLibpq(reach('either'), `127.0.0.1 ${server.port} TLS`);
  await expectLikeLibpq(
    reach('either', { PGHOST: server.socketFolder, PGSSLMODE: 'verify-full' }),
    `socket ${server.port}`,
  );
});

it.each([
  [['db.test'], 'db.test', true],
  [['other.test', '*.db.test'], 'eu.db.test', true],
  [['other.test', '*.db.test'], 'a.eu.db.test', false],
  [['other.test', 'e*.db.test'], 'eu.db.test', false],
  [['127.0.0.1', 'db.test'], '127.0.0.1', true],
  [['other.test', 'db.test'], '127.0.0.1', false],
])('compares names as libpq does: a certificate for %j, and the host %s', async (names, host, fits) => {
  const named = await startTlsPostgres(15, ['hostssl all all 127.0.0.1/32 md5'], names);
  try {
    const home = await writeHome('named', { 'root.crt': named.authority.certificate });
    const more = { PGHOST: host, PGHOSTADDR: '127.0.0.1', PGSSLMODE: 'verify-full', HOME: home };
    await expectLikeLibpq({ ...libpqVariables(named), ...more }, fits ? `127.0.0.1 ${named.port} TLS` : null);
  } finally {
    await named.stop();
  }
});

it('finds an address in the common name of a certificate that has no other, as libpq does', async () => {
  const named = await startTlsPostgres(15, ['hostssl all all 127.0.0.1/32 md5'], ['127.0.0.1']);
  const home = await writeHome('common', { 'root.crt': named.authority.certificate });
  await expectLikeLibpq(
    { ...libpqVariables(named), PGSSLMODE: 'verify-full', HOME: home },
    `127.0.0.1 ${named.port} TLS`,
  );
  await named.stop();
});

it('shows its own certificate, from the usual files or from those that are named', async () => {
  const { certificate, key } = await server.authority.issue('openerp');
  const there = `127.0.0.1 ${server.port} TLS`;
  const home = await writeHome('client', { 'postgresql.crt': certificate, 'postgresql.key': key });
  await expectLikeLibpq(reach('with_certificate', { HOME: home }), there);
  const files = {
    PGSSLCERT: join(home, '.postgresql/postgresql.crt'),
    PGSSLKEY: join(home, '.postgresql/postgresql.key'),
  };
  await expectLikeLibpq(reach('with_certificate', files), there);
  await expectLikeLibpq(reach('with_certificate'), null);
  await expectLikeLibpq(reach('with_certificate', { ...files, PGSSLKEY: '/nonexistent' }), null);
  // libpq takes a file that is not there for none, even if it is named.
  await expectLikeLibpq(reach('tls_only', { PGSSLCERT: '/nonexistent' }), there);
});

it('is refused with a certificate that the server does not trust, as libpq is, and says so', async () => {
  const other = await CertificateAuthority.create('another authority');
  const { certificate, key } = await other.issue('openerp');
  const home = await writeHome('untrusted', { 'postgresql.crt': certificate, 'postgresql.key': key });
  for (const database of ['tls_only', 'either']) {
    const env = reach(database, { HOME: home });
    await expectLikeLibpq(env, null);
    expect(await refusal(env)).toMatch(/^postgres_(tls: PostgreSQL ended TLS: .*unknown ca|unreachable: )/);
  }
});

it('leaves a key that others may read aside, as libpq does, and says so', async () => {
  const { certificate, key } = await server.authority.issue('openerp');
  const home = await writeHome('open', { 'postgresql.crt': certificate, 'postgresql.key': key });
  await chmod(join(home, '.postgresql/postgresql.key'), 0o644);
  const env = reach('with_certificate', { HOME: home, PGSSLMODE: 'require' });
  await expectLikeLibpq(env, null);
  expect(await refusal(env)).toBe(
    `postgres_tls: Others may read the key '${home}/.postgresql/postgresql.key'. Take that right from them: chmod 600 '${home}/.postgresql/postgresql.key'.`,
  );
});

it('opens an encrypted key with the password of a service file, and refuses it without', async () => {
  const { certificate, key } = await server.authority.issue('openerp', [], 'opens it');
  const home = await writeHome('encrypted', { 'postgresql.crt': certificate, 'postgresql.key': key });
  const env = reach('with_certificate', { HOME: home, PGSSLMODE: 'require' });
  expect(await refusal(env)).toMatch(
    /^postgres_tls: The key '.*' is encrypted\. Give sslpassword in a service file/,
  );
  await writeFile(join(home, '.pg_service.conf'), '[mine]\nsslpassword=opens it\n');
  await expectLikeLibpq({ ...env, PGSERVICE: 'mine' }, `127.0.0.1 ${server.port} TLS`);
});

it('refuses a certificate that was revoked, and a list of them that cannot be read', async () => {
  const home = await writeHome('crl', {
    'root.crt': server.authority.certificate,
    'root.crl': await server.authority.revoke([]),
  });
  const env = reach('tls_only', { HOME: home, PGSSLMODE: 'verify-full' });
  await expectLikeLibpq(env, `127.0.0.1 ${server.port} TLS`);
  const revoked = join(home, 'revoked.crl');
  await writeFile(revoked, await server.authority.revoke([server.certificate]));
  await expectLikeLibpq({ ...env, PGSSLCRL: revoked }, null);
  expect(await refusal({ ...env, PGSSLCRL: revoked })).toMatch(/^postgres_tls: .*certificate revoked/);
  // libpq does without it; who names a list wants it looked at.
  expect(await refusal({ ...env, PGSSLCRL: '/nonexistent.crl' })).toMatch(
    /^postgres_tls: '\/nonexistent.crl' cannot/,
  );
});

it('takes the root certificates of the system, where OpenSSL is told they are', async () => {
  const file = join(folder, 'right/.postgresql/root.crt');
  const env = reach('tls_only', { PGSSLROOTCERT: 'system', SSL_CERT_FILE: file });
  const client = await dialWith(env);
  await client.end();
  expect(await refusal({ ...env, PGHOST: 'elsewhere.example', PGHOSTADDR: '127.0.0.1' })).toMatch(
    /^postgres_tls: .*is not for 'elsewhere.example', but for DNS:localhost, IP Address:127.0.0.1/,
  );
  expect(await refusal(reach('tls_only', { PGSSLROOTCERT: 'system' }))).toMatch(/^postgres_tls: TLS failed/);
});

it.each([
  ['require', 'plain_only', 'none', /^database_login: .*no pg_hba.conf entry/],
  [
    'disable',
    'tls_only',
    'none',
    /^database_login: .*no encryption.*db_sslmode where it says 'no encryption'/,
  ],
  ['verify-ca', 'tls_only', 'none', /^postgres_tls: sslmode 'verify-ca' needs root certificates.*root\.crt'/],
  ['verify-ca', 'tls_only', 'wrong', /^postgres_tls: TLS failed with sslmode 'verify-ca': .*[A-Z_]{10}/],
  ['prefer', 'tls_only', 'wrong', /^postgres_tls: .*over TLS: TLS failed .*; .*no pg_hba.conf entry/],
])('says in one sentence why sslmode %s does not work for %s', async (mode, database, root, text) => {
  const line = await refusal(reach(database, { PGSSLMODE: mode, HOME: join(folder, root) }));
  expect(line).toMatch(text);
  expect(line).not.toContain(server.password);
});

it('says that a server has no TLS', async () => {
  const env = { ...libpqVariables(inject('postgres')), PGSSLMODE: 'require' };
  expect(await refusal(env)).toMatch(
    /^postgres_tls: The server offers no TLS, and sslmode 'require' demands it\./,
  );
});

it('names the wrong password, not the refusal of the attempt without TLS that follows', async () => {
  expect(await refusal(reach('tls_only', { PGPASSWORD: 'wrong' }))).toMatch(
    /^database_login: .*over TLS: password authentication failed/,
  );
});

it('begins with TLS at once where it is told to, and says of an older server that it cannot', async () => {
  const env = { PGSSLNEGOTIATION: 'direct', PGSSLMODE: 'require' };
  const young = await startTlsPostgres(18, ['hostssl all all 127.0.0.1/32 md5']);
  try {
    const client = await dialWith({ ...libpqVariables(young), ...env });
    await client.end();
    expect(await refusal(reach('tls_only', env))).toMatch(/^(postgres_tls|postgres_unreachable): /);
  } finally {
    await young.stop();
  }
});
