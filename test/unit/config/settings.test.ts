import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { parseFlags } from '../../../sidecar/src/config/flags.ts';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'web_socketio-settings-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
});

function read(argv: string[], env: Record<string, string> = {}) {
  const flags = parseFlags(argv, '1.2.3');
  if ('answer' in flags) throw new Error(flags.answer);
  return readSettings(new OptionReader(new Sources({ flags, env, cwd, home: cwd })));
}

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);

it('lets flags win over the environment, that over .env, that over the configuration file, that over defaults', () => {
  write(
    'odoo.conf',
    '[options]\ndb_name = conf\ndb_user = conf\nhttp_port = 8070\naddons_path = addons,/srv/addons\n',
  );
  write(
    '.env',
    'WEB_SOCKETIO_TRANSPORT=xmlrpc\nWEB_SOCKETIO_DATABASE=dotenv\nWEB_SOCKETIO_PORT=1\nWEB_SOCKETIO_INTERFACE=0.0.0.0\n',
  );
  expect(
    read(['-c', 'odoo.conf', '-p', '3'], { WEB_SOCKETIO_PORT: '2', WEB_SOCKETIO_DATABASE: '' }),
  ).toMatchObject({
    databases: ['dotenv'],
    interface: '0.0.0.0',
    port: 3,
    odooUrl: 'http://127.0.0.1:8070',
    transport: 'xmlrpc',
    postgres: { user: 'conf', password: undefined },
    addonsPath: [join(cwd, 'addons'), '/srv/addons'],
    configFile: join(cwd, 'odoo.conf'),
  });
});

it('finds the configuration file where Odoo keeps it', () => {
  write('.odoorc', '[options]\ndb_name = one,two\n');
  expect(read([])).toMatchObject({
    databases: ['one', 'two'],
    interface: '127.0.0.1',
    port: 8068,
    odooUrl: 'http://127.0.0.1:8069',
    transport: 'auto',
  });
});

it.each([
  ['', 'http://127.0.0.1:8069'],
  ['xmlrpc_port = 8070\nxmlrpc_interface = \n', 'http://127.0.0.1:8070'],
  ['xmlrpc_interface = 10.0.0.5\n', 'http://10.0.0.5:8069'],
  ['http_interface = 0.0.0.0\nhttp_port = 8070\n', 'http://127.0.0.1:8070'],
  ['http_interface = ::1\nxmlrpc_port = 8070\n', 'http://[::1]:8070'],
  ['http_interface = ::\n', 'http://127.0.0.1:8069'],
])('finds OpenERP 7.0 and Odoo where their configuration file lets them listen: %j', (lines, url) => {
  write('.openerp_serverrc', `[options]\ndb_name = mydb\n${lines}`);
  expect(read([])).toMatchObject({ odooUrl: url, configFile: join(cwd, '.openerp_serverrc') });
});

it('takes the role of its own from the environment, and never a password from the command line', () => {
  write('.odoorc', '[options]\ndb_name = mydb\ndb_user = odoo\ndb_password = theirs\ndb_host = pg\n');
  const env = {
    WEB_SOCKETIO_DB_USER: 'sidecar',
    WEB_SOCKETIO_DB_PASSWORD: 'ours',
    WEB_SOCKETIO_DB_PORT: '5433',
  };
  expect(read([], env).postgres).toMatchObject({
    ...{ host: 'pg', port: 5433, user: 'sidecar', password: 'ours' },
  });
  expect(() => read(['--db-password', 'x'])).toThrow("unknown option '--db-password'");
});

it.each([
  [[], {}, 'database_unnamed', 'Give -d mydb'],
  [['-d', ' , '], {}, 'database_unnamed', 'Give -d mydb'],
  [
    ['-d', 'mydb', '-p', 'http'],
    {},
    'option_invalid',
    `Invalid port 'http' in --port. Give a whole number from 0 to 65535.`,
  ],
  [
    ['-d', 'mydb'],
    { WEB_SOCKETIO_PORT: '99999' },
    'option_invalid',
    `Invalid port '99999' in WEB_SOCKETIO_PORT`,
  ],
  [
    ['-d', 'mydb', '--odoo-url', 'localhost:8069'],
    {},
    'option_invalid',
    `Invalid odoo-url 'localhost:8069' in --odoo-url. Give a URL such as http`,
  ],
  ...['http://127.0.0.1:8069/web', 'http://127.0.0.1:8069/?db=x', 'http://me:secret@127.0.0.1:8069'].map(
    (url): [string[], Record<string, string>, string, string] => [
      ['-d', 'mydb', '--odoo-url', url],
      {},
      'option_invalid',
      "The URL in --odoo-url says more than 'http://127.0.0.1:8069'. Give only that",
    ],
  ),
  [
    [],
    { WEB_SOCKETIO_DATABASE: '"mydb"' },
    'option_invalid',
    'Remove the quotes around the value of WEB_SOCKETIO_DATABASE: they would be part of it ("mydb").',
  ],
  [
    ['-d', 'mydb'],
    { WEB_SOCKETIO_ADDONS_PATH: "'/srv/addons'" },
    'option_invalid',
    'Remove the quotes around the value of WEB_SOCKETIO_ADDONS_PATH',
  ],
  [['-d', 'postgres://me:secret@db/mydb'], {}, 'option_invalid', 'A database is given by its name alone'],
  [['-d', 'mydb', '--max-cursor', '0'], {}, 'option_invalid', `Invalid max-cursor '0' in --max-cursor`],
  [
    ['-d', 'mydb'],
    { WEB_SOCKETIO_TRANSPORT: 'soap' },
    'option_invalid',
    `Invalid transport 'soap' in WEB_SOCKETIO_TRANSPORT. Give auto, json or xmlrpc.`,
  ],
  [
    ['-d', 'mydb'],
    { WEB_SOCKETIO_EACH_HOURS: 'a day' },
    'option_invalid',
    `Invalid each-hours 'a day' in WEB_SOCKETIO_EACH_HOURS`,
  ],
  [
    ['-d', 'mydb'],
    { WEB_SOCKETIO_DRAIN_SECONDS: '13' },
    'option_invalid',
    `Invalid drain-seconds '13' in WEB_SOCKETIO_DRAIN_SECONDS. Give a whole number from 0 to 12`,
  ],
  [
    ['-d', 'mydb'],
    { WEB_SOCKETIO_ROUTE: 'a.b' },
    'option_invalid',
    `Invalid route 'a.b' in WEB_SOCKETIO_ROUTE. Give the proxy's name`,
  ],
  [
    ['-d', 'mydb', '--log-format', 'xml'],
    {},
    'option_invalid',
    `Invalid log-format 'xml' in --log-format. Give odoo or json.`,
  ],
  [
    ['-d', 'mydb', '--log-level', 'warning'],
    {},
    'option_invalid',
    `Invalid log-level 'warning' in --log-level. Give debug, info, warn or error.`,
  ],
  [['-d', 'mydb', '-c', 'nowhere.conf'], {}, 'config_unreadable', 'nowhere.conf'],
  [['-d', 'mydb', '--dbfilter', 'x'], {}, 'option_unknown', "unknown option '--dbfilter'"],
  [['mydb'], {}, 'option_invalid', 'too many arguments'],
  [['-d'], {}, 'option_invalid', 'argument missing'],
])('refuses %j with %j, naming what is wrong', (argv, env, code, message) => {
  expect(() => read(argv, env)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

it('answers --help and --version', () => {
  expect(parseFlags(['--version'], '1.2.3')).toEqual({ answer: 'web_socketio 1.2.3' });
  expect(parseFlags(['-h'], '1.2.3')).toMatchObject({
    answer: expect.stringContaining('-d, --database <names>'),
  });
});

it('takes files that Windows wrote, spaces around values, and a folder .env for none', () => {
  write(
    'odoo.conf',
    '\uFEFF[options]\r\ndb_name = mydb\r\ndb_password = it is #1\r\naddons_path = a,\r\n  b\r\n',
  );
  write('.env', '\uFEFFWEB_SOCKETIO_CONFIG=odoo.conf\r\nWEB_SOCKETIO_MAX_CURSOR="3 "\r\n');
  expect(read([], { WEB_SOCKETIO_TRANSPORT: 'json\r', WEB_SOCKETIO_PORT: ' 80 ' })).toMatchObject({
    ...{ databases: ['mydb'], port: 80, transport: 'json', maxCursor: 3 },
    addonsPath: [join(cwd, 'a'), join(cwd, 'b')],
    postgres: { password: 'it is #1' },
  });
  rmSync(join(cwd, '.env'));
  mkdirSync(join(cwd, '.env'));
  expect(read(['-d', 'mydb', '--odoo-url', 'http://127.0.0.1:8070/'])).toMatchObject({
    odooUrl: 'http://127.0.0.1:8070',
  });
});

it("takes Odoo's own file in whatever encoding its comments are", () => {
  writeFileSync(join(cwd, 'odoo.conf'), Buffer.from('[options]\n; f\xfcr Anna\ndb_name = mydb\n', 'latin1'));
  expect(read(['-c', 'odoo.conf'])).toMatchObject({ databases: ['mydb'] });
  writeFileSync(join(cwd, '.env'), Buffer.from('\ufeffWEB_SOCKETIO_PORT=1\n', 'utf16le'));
  expect(() => read(['-c', 'odoo.conf'])).toThrow(`'${join(cwd, '.env')}' is not UTF-8 text. Save it`);
});

it('takes a password from the environment as it is', () => {
  for (const password of [' "quoted" ', "'x'", '\t']) {
    const env = { WEB_SOCKETIO_DATABASE: 'mydb', WEB_SOCKETIO_DB_PASSWORD: password };
    expect(read([], env).postgres.password).toBe(password);
  }
});

it('finds files in the home folder by ~, whoever gives them', () => {
  write('odoo.conf', '[options]\ndb_name = mydb\naddons_path = ~/addons\n');
  write('password', 'hidden');
  const env = { WEB_SOCKETIO_CONFIG: '~/odoo.conf', WEB_SOCKETIO_DB_PASSWORD_FILE: '~/password' };
  const expected = {
    databases: ['mydb'],
    addonsPath: [join(cwd, 'addons')],
    postgres: { password: 'hidden' },
  };
  expect(read([], env)).toMatchObject(expected);
  expect(read(['--config=~/odoo.conf'], env)).toMatchObject(expected);
});

it('reads the password from a file where a variable names one', () => {
  write('password', 'from the file\n');
  const env = { WEB_SOCKETIO_DATABASE: 'mydb', WEB_SOCKETIO_DB_PASSWORD_FILE: 'password' };
  expect(read([], env)).toMatchObject({ postgres: { password: 'from the file' } });
  expect(() => read([], { ...env, WEB_SOCKETIO_DB_PASSWORD_FILE: 'missing' })).toThrow(
    `'${join(cwd, 'missing')}' cannot be read`,
  );
});
