import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings, type Settings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'web_socketio-postgres-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
});

function read(env: Readonly<Record<string, string>>, abstractSockets = true): Settings {
  const sources = new Sources({
    flags: {},
    env: { PGDATABASE: 'mydb', ...env },
    cwd: home,
    home,
    abstractSockets,
  });
  return readSettings(new OptionReader(sources));
}

const write = (name: string, text: string) => writeFileSync(join(home, name), text);

it('takes lists of hosts with one port for all or one for each, and what is left out as libpq', () => {
  expect(read({ PGHOST: 'a, b,', PGPORT: '5433' }).postgres).toMatchObject({
    ...{ host: 'a', port: 5433 },
    others: [
      { host: 'b', port: 5433 },
      { host: undefined, port: 5433 },
    ],
  });
  expect(read({ PGHOST: 'a,b', PGPORT: '5433,', PGHOSTADDR: '10.0.0.5,' }).postgres).toMatchObject({
    ...{ host: 'a', hostaddr: '10.0.0.5', port: 5433 },
    others: [{ host: 'b', port: undefined }],
  });
  expect(read({}).postgres).toMatchObject({ host: undefined, port: undefined, others: [] });
});

it('lets Odoo decide on TLS where it does, and libpq else', () => {
  expect(read({}).postgres.tls?.mode).toBe('prefer');
  expect(read({ PGREQUIRESSL: '1' }).postgres.tls?.mode).toBe('require');
  expect(read({ PGSSLROOTCERT: 'system' }).postgres.tls).toMatchObject({
    mode: 'verify-full',
    rootCert: 'system',
  });
  write('.odoorc', '[options]\ndb_sslmode = allow\n');
  expect(read({ PGSSLMODE: 'require' }).postgres.tls?.mode).toBe('allow');
  expect(read({ WEB_SOCKETIO_DB_SSLMODE: 'disable' }).postgres.tls?.mode).toBe('disable');
});

it('knows the files and the other parameters of libpq, from variables or from a service', () => {
  write(
    '.pg_service.conf',
    '[s]\nsslmode=verify-ca\nsslpassword= p w \nconnect_timeout=10\nkeepalives_idle=5\ndbname=other\n',
  );
  const env = { PGSERVICE: 's', PGSSLCERT: 'c.crt', PGSSLKEY: '~/c.key', PGSSLCRL: '/crl', PGSSLSNI: '0' };
  const more = { PGSSLCERTMODE: 'disable', PGSSLMINPROTOCOLVERSION: 'TLSv1.3', PGCONNECT_TIMEOUT: '3' };
  const { databases, postgres } = read({ ...env, ...more, PGTARGETSESSIONATTRS: 'primary' });
  expect(databases).toEqual(['other']);
  expect(postgres).toMatchObject({
    ...{ target: 'primary', connectTimeoutMs: 10_000, passwordFile: join(home, '.pgpass') },
    tls: {
      ...{ mode: 'verify-ca', keyPassword: ' p w', cert: join(home, 'c.crt'), key: join(home, 'c.key') },
      ...{ crl: '/crl', sni: false, sendCert: false, minVersion: 'TLSv1.3', direct: false },
    },
  });
});

it('takes what may be harmless for harmless', () => {
  const env = { PGCHANNELBINDING: 'prefer', PGGSSENCMODE: 'disable', PGLOADBALANCEHOSTS: 'disable' };
  expect(read({ ...env, PGCLIENTENCODING: 'LATIN1', PGKRBSRVNAME: 'x' }).databases).toEqual(['mydb']);
});

it.each([
  [
    { PGSSLMODE: 'no-verify' },
    'option_invalid',
    "Invalid db-sslmode 'no-verify' in PGSSLMODE. Give disable, allow, prefer",
  ],
  [
    { PGTARGETSESSIONATTRS: 'master' },
    'option_invalid',
    "Invalid db-target-session-attrs 'master' in PGTARGETSESSIONATTRS. Give any",
  ],
  [
    { PGHOST: 'a,b,c', PGPORT: '1,2' },
    'option_invalid',
    "The ports '1,2' and the hosts 'a,b,c' differ in number",
  ],
  [
    { PGHOST: 'a,b', PGHOSTADDR: '10.0.0.5' },
    'option_invalid',
    "PGHOSTADDR '10.0.0.5' and the hosts 'a,b' differ in number",
  ],
  [{ PGHOSTADDR: 'db' }, 'option_invalid', "Invalid address 'db' in PGHOSTADDR"],
  [
    { PGPORT: '70000' },
    'option_invalid',
    "Invalid db-port '70000' in PGPORT. Give a whole number from 0 to 65535",
  ],
  [
    { PGCONNECT_TIMEOUT: '-1' },
    'option_invalid',
    "Invalid connect_timeout '-1' in PGCONNECT_TIMEOUT. Give a whole number from 0",
  ],
  [
    { PGSSLROOTCERT: 'system', PGSSLMODE: 'require' },
    'option_invalid',
    "sslrootcert=system and sslmode 'require'",
  ],
  [{ PGSSLNEGOTIATION: 'direct' }, 'option_invalid', "sslnegotiation=direct and sslmode 'prefer'"],
  [{ PGSSLKEY: 'pkcs11:token' }, 'option_unsupported', "'pkcs11:token' of an OpenSSL engine"],
  [{ PGSSLCRLDIR: '/crl' }, 'option_unsupported', "'/crl' of PGSSLCRLDIR cannot be followed: Node reads"],
  [{ PGCHANNELBINDING: 'require' }, 'option_unsupported', 'Leave it out, or give disable or prefer.'],
  [{ PGGSSENCMODE: 'require' }, 'option_unsupported', 'Node has no GSSAPI'],
  [{ PGREQUIREPEER: 'postgres' }, 'option_unsupported', 'who owns the other end'],
  [{ PGREQUIREAUTH: 'scram-sha-256' }, 'option_unsupported', 'takes the method that the server asks for'],
  [{ PGSSLCERTMODE: 'require' }, 'option_unsupported', 'whether the server asked'],
  [{ PGLOADBALANCEHOSTS: 'random' }, 'option_unsupported', 'work at the same server'],
  [{ PGSERVICE: 'nowhere' }, 'service_missing', "The service 'nowhere' of PGSERVICE stands neither in"],
  [{ PGSERVICE: 'x', PGSERVICEFILE: 'gone' }, 'config_unreadable', 'gone'],
  [
    { WEB_SOCKETIO_DATABASE: 'postgresql://me:secret@db/x' },
    'option_invalid',
    'A database is given by its name alone',
  ],
])('refuses %j with one sentence', (env, code, message) => {
  const attempt = () => read(env);
  expect(attempt).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  expect(attempt).not.toThrow(/secret/);
});

it('refuses an abstract socket where Node cannot reach it', () => {
  expect(() => read({ PGHOST: '@pg' }, false)).toThrow(
    "Node 20 cannot reach the abstract socket '@pg' of db_host",
  );
  expect(read({ PGHOST: '@pg' }).postgres.host).toBe('@pg');
});

it.each([
  ['host = db', 'config_invalid', "sets 'host ', which libpq does not know there"],
  ['secret', 'config_invalid', "Line 2 of '.*' is not 'key=value'"],
  ['ldap://directory', 'config_invalid', 'services from LDAP are not supported'],
  ['service=other', 'config_invalid', "sets 'service', which libpq does not know there"],
  ['requirepeer=postgres', 'option_unsupported', "'postgres' of requirepeer in line 2 of"],
  ['replication=database', 'option_unsupported', 'the sidecar reads tables'],
])('refuses a service with the line %j, never quoting what may be a password', (line, code, message) => {
  write('.pg_service.conf', `[mine]\n${line}\n`);
  const attempt = () => read({ PGSERVICE: 'mine' });
  expect(attempt).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  expect(attempt).not.toThrow(/secret/);
});
