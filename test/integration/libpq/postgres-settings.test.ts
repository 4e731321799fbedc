import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { beforeEach, expect, inject, it, onTestFinished, vi } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';
import { closeClient } from '../../../sidecar/src/postgres/connect/connection.ts';
import { dialPatiently } from '../../support/postgres/dial-patiently.ts';
import { expectLikeLibpq, libpqVariables, refusal } from '../../support/postgres/libpq-case.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { startTlsPostgres } from '../../support/postgres/tls-postgres.ts';
import { runSidecar } from '../../support/process/run.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

// Each of them starts servers, or asks psql, too.
vi.setConfig({ testTimeout: 120_000 });

const shared = () => inject('postgres');
const there = () => `127.0.0.1 ${shared().port}`;

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'web_socketio-libpq-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
});

const write = async (name: string, text: string, mode = 0o600) => {
  await writeFile(join(home, name), text);
  await chmod(join(home, name), mode);
  return join(home, name);
};

/** Every character that a file or a shell gives a meaning, and those that SASLprep changes. */
const PASSWORDS = [
  `'"\`\\:#;%$&=!*?(){}[]<>|~^@/,.+-_`,
  `a # b ; c = d : e % f $HOME \${HOME} %(x)s \\n \\t`,
  `'in quotes'`,
  '"in quotes"',
  '#begins',
  ';begins',
  'ends\\',
  ' x ',
  'Ⅸ ª é Ü \u00a0 \u{1f600} 密碼',
  'False positive',
];

async function makeRole(password: string): Promise<string> {
  const { host, port, user, password: own } = shared();
  const client = new pg.Client({ host, port, user, password: own, database: 'postgres' });
  await client.connect();
  const role = `role_${Math.random().toString(36).slice(2)}`;
  await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  await client.end();
  return role;
}

/** The sidecar as it reads its settings in the folder. */
async function logIn(env: Readonly<Record<string, string>>): Promise<string> {
  const { postgres, databases } = readSettings(
    new OptionReader(new Sources({ flags: {}, env, cwd: home, home })),
  );
  const client = await dialPatiently(postgres, databases[0] ?? '');
  const { rows } = await client.query<{ user: string }>('SELECT current_user AS "user"');
  await closeClient(client);
  return rows[0]?.user ?? '';
}

it.each(PASSWORDS)('logs in with the password %j out of every file that may hold it', async (password) => {
  const role = await makeRole(password);
  const { PGPASSWORD, ...env } = { ...libpqVariables(shared()), PGUSER: role, HOME: home };
  expect(PGPASSWORD).toBeDefined();
  const escaped = password.replace(/[\\:]/g, '\\$&');
  const line = `*:${env.PGPORT}:*:${role}:${escaped}`;
  const passwordFile = await write('pgpass', `# comment\n*:*:*:somebody:no\n${line}\n*:*:*:*:no\n`);
  await expectLikeLibpq({ ...env, PGPASSFILE: passwordFile }, there());
  await expectLikeLibpq({ ...env, PGPASSWORD: password }, there());
  await write('secret', `${password}\n`);
  expect(await logIn({ ...env, WEB_SOCKETIO_DB_PASSWORD_FILE: 'secret' })).toBe(role);
  const quote = [`'`, '"', '`'].find(
    (one) => !password.includes(one) && (one !== '"' || !/\\[nr]/.test(password)),
  );
  if (quote !== undefined) {
    await write('.env', `WEB_SOCKETIO_DB_PASSWORD=${quote}${password}${quote}\n`);
    expect(await logIn(env)).toBe(role);
    await rm(join(home, '.env'));
  }
  // Python's parser takes white space off at both ends of a value, and keeps everything else.
  if (password.trim() === password) {
    await write('odoo.conf', `[options]\ndb_user = ${role}\ndb_password = ${password}\n`);
    expect(await logIn({ ...env, WEB_SOCKETIO_CONFIG: 'odoo.conf' })).toBe(role);
  }
});

it('looks a password up by host, port, database and role, as libpq does', async () => {
  const { PGPASSWORD = '', ...env } = { ...libpqVariables(shared()), HOME: home };
  const { PGPORT, PGUSER } = env;
  const lines = [
    [`localhost:${PGPORT}:postgres:${PGUSER}:${PGPASSWORD}`, null],
    [`127.0.0.1:${PGPORT}:postgres:${PGUSER}:${PGPASSWORD}`, there()],
    [`127.0.0.1:*:*:*:${PGPASSWORD}\r`, there()],
    [`127.0.0.1:1:*:*:wrong\n*:*:other:*:wrong\n*:*:*:${PGUSER}:${PGPASSWORD}:rest`, there()],
    [` 127.0.0.1:*:*:*:${PGPASSWORD}`, null],
    [`127.0.0.1:*:*:*:wrong\n*:*:*:*:${PGPASSWORD}`, null],
    [`*:*:*:*`, null],
    [`*:*:*:*:`, null],
  ] as const;
  for (const [text, expected] of lines) {
    await write('.pgpass', `${text}\n`);
    await expectLikeLibpq(env, expected);
  }
  await write('.pgpass', `127.0.0.2:*:*:*:${PGPASSWORD}\n127.0.0.1:*:*:*:wrong`);
  await expectLikeLibpq({ ...env, PGHOST: '127.0.0.2', PGHOSTADDR: '127.0.0.1' }, there());
});

it('leaves a password file aside that others may read, as libpq does, and says so', async () => {
  const { PGPASSWORD, ...env } = { ...libpqVariables(shared()), HOME: home };
  const file = await write('.pgpass', `*:*:*:*:${PGPASSWORD}\n`, 0o640);
  await expectLikeLibpq(env, null);
  const line = await refusal(env);
  expect(line).toBe(
    `password_missing: PostgreSQL asks for the password of '${env.PGUSER}' for 'postgres', and none is set ('${file}' was left aside, since others may read it: chmod 600). Set WEB_SOCKETIO_DB_PASSWORD, a file WEB_SOCKETIO_DB_PASSWORD_FILE or db_password, or add a line to '${file}'.`,
  );
  expect(line).not.toContain(PGPASSWORD);
});

it('follows a service, which wins over variables, from the user or from the system', async () => {
  const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE } = libpqVariables(shared());
  const text = `# comment\n[other]\nhost=nowhere.invalid\n\n[mine]\nhost=${PGHOST}\n  port=${PGPORT}\nport=1\nuser=${PGUSER}\npassword=${PGPASSWORD}  \n[last]\nhost=x\n`;
  const file = await write('.pg_service.conf', text);
  const env = { PGDATABASE: PGDATABASE ?? '', PGHOST: 'nowhere.invalid' };
  await expectLikeLibpq({ ...env, HOME: home, PGSERVICE: 'mine' }, there());
  await expectLikeLibpq({ ...env, PGSERVICEFILE: file, PGSERVICE: 'mine' }, there());
  await write('pg_service.conf', text.replace('[mine]', '[system]'));
  await expectLikeLibpq({ ...env, HOME: home, PGSYSCONFDIR: home, PGSERVICE: 'system' }, there());
  // Odoo's own file comes first, as what a program gives to libpq.
  const conf = await write('odoo.conf', `[options]\ndb_host = other.invalid\n`);
  const named = { ...env, HOME: home, PGSERVICE: 'mine', WEB_SOCKETIO_CONFIG: conf };
  expect(await refusal(named)).toMatch(/^postgres_unreachable: .*other\.invalid/);
});

/** A server that takes TLS only from the role `tls_role`, and a database on it with our tables. */
async function makeTlsOnly() {
  const server = await startTlsPostgres(15, [
    'hostssl all tls_role 127.0.0.1/32 md5',
    'host all openerp 127.0.0.1/32 md5',
  ]);
  onTestFinished(() => server.stop());
  const database = await TestDatabase.create(server);
  await database.query(`CREATE ROLE tls_role SUPERUSER LOGIN PASSWORD 'of the role'`);
  return { server, database };
}

it('serves pages from a server that takes TLS only', async () => {
  const { server, database } = await makeTlsOnly();
  const { host, port } = server;
  const sidecar = await TestSidecar.start(
    database,
    {
      base: `import { OpenERPNameSpace, SocketIO } from 'web_socketio'; SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {});`,
    },
    { postgres: { host, port, user: 'tls_role', password: 'of the role' } },
  );
  await sidecar.connect('/mine', database.name, await database.addToken());
  const rows = await database.query(
    `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'web_socketio'`,
  );
  expect(rows).toEqual([{ ssl: true }]);
});

it('shows in --check-config what is set, where it comes from, and what it arrived at', async () => {
  const { server, database } = await makeTlsOnly();
  const root = await write('root.crt', server.authority.certificate);
  const conf = await write(
    'odoo.conf',
    `[options]\ndb_host = 127.0.0.1,127.0.0.1\ndb_port = 1,${server.port}\ndb_user = tls_role\ndb_password = of the role\ndb_sslmode = verify-full\ndb_app_name = odoo-{pid}\n`,
  );
  const env = {
    WEB_SOCKETIO_ODOO_URL: 'http://127.0.0.1:1',
    PGSERVICEFILE: await write('services', `[mine]\nsslrootcert=${root}\n`),
  };
  const args = ['-c', conf, '-d', database.name, '-p', '0', '--check-config'];
  const { lines, ended } = runSidecar(args, { ...env, PGSERVICE: 'mine', PGPASSWORD: 'hidden, too' });
  await ended;
  const report = lines.map((line) => line.trim().replace(/ {2,}/g, ' | '));
  expect(report).toEqual(
    expect.arrayContaining([
      'db-host | 127.0.0.1, 127.0.0.1 | odoo.conf: db_host',
      `db-port | 1, ${server.port} | odoo.conf: db_port`,
      'db-target-session-attrs | read-write | default',
      'db-sslmode | verify-full | odoo.conf: db_sslmode',
      `db-sslrootcert | ${root} | service mine`,
      'db-password | set | odoo.conf: db_password',
      `${database.name} | 127.0.0.1:${server.port}, TLSv1.3, certificate and name verified`,
    ]),
  );
  expect(lines.join('\n')).not.toMatch(/of the role|hidden/);
});

it('sees in --check-config that a connection is not encrypted, or goes through a socket', async () => {
  const database = await TestDatabase.create();
  const { user, password, port } = shared();
  const run = async (more: Readonly<Record<string, string>>) => {
    const program = runSidecar(['-d', database.name, '-p', '0', '--check-config'], {
      ...{ WEB_SOCKETIO_ODOO_URL: 'http://127.0.0.1:1', PGUSER: user, PGPASSWORD: password },
      ...more,
    });
    await program.ended;
    return program.lines.join('\n');
  };
  expect(await run({ PGHOST: 'localhost', PGPORT: `${port}` })).toContain(
    `localhost at 127.0.0.1:${port}, not encrypted`,
  );
  expect(await run({ PGHOST: '/nonexistent' })).toMatch(/Connections\n {2}\S+ +none\n/);
});
