import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { OPTIONS } from '../../../sidecar/src/config/options/options.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

/** What `--check-config` says of each option. */
const show = (sources: Sources) => {
  const reader = new OptionReader(sources);
  const { postgres } = readSettings(reader);
  return Object.fromEntries(
    OPTIONS.map((option) => [option.name, `${reader.show(option, postgres)} from ${reader.origin(option)}`]),
  );
};

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'web_socketio-sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

it('says of each option what holds and where it was found, and of a password only that it is there', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'web_socketio-sources-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(
    join(cwd, '.odoorc'),
    '[options]\ndb_name = mydb\nxmlrpc_port = 8070\nlog_level = error\ndb_password = hidden\naddons_path = a\ndb_host = conf\n',
  );
  writeFileSync(
    join(cwd, '.env'),
    'WEB_SOCKETIO_PORT=1\nWEB_SOCKETIO_INTERFACE=::1\nWEB_SOCKETIO_DB_USER=me\n',
  );
  const sources = new Sources({
    flags: { options: { 'max-cursor': '3' } },
    env: { WEB_SOCKETIO_PORT: '2', WEB_SOCKETIO_MAX_CURSOR: '4', PGPORT: '5433', PGHOST: 'libpq' },
    cwd,
    home: cwd,
  });
  const shown = show(sources);
  expect(shown).toMatchObject({
    database: 'mydb from .odoorc: db_name',
    interface: '::1 from .env',
    port: '2 from environment',
    'max-cursor': '3 from --max-cursor',
    config: `${join(cwd, '.odoorc')} from default`,
    'odoo-url': 'http://127.0.0.1:8070 from .odoorc: xmlrpc_port',
    'log-format': 'odoo from default',
    'log-level': 'info from default',
    'db-host': 'conf from .odoorc: db_host',
    'db-port': '5433 from PGPORT',
    'db-user': 'me from .env',
    'db-password': 'set from .odoorc: db_password',
    'db-password-file': 'none from default',
    'addons-path': `${join(cwd, 'a')} from .odoorc: addons_path`,
  });
});

it.each([
  ['hidden\n', '', 'WEB_SOCKETIO_DB_PASSWORD_FILE'],
  ['hidden\n', 'db_password = other\n', 'WEB_SOCKETIO_DB_PASSWORD_FILE'],
  ['', 'db_password = hidden\n', '.odoorc: db_password'],
])(
  'names the file of the password where it counts: %j, and in the configuration file %j',
  (text, conf, origin) => {
    const home = makeFolder({ password: text, '.odoorc': `[options]\ndb_name = mydb\n${conf}` });
    const file = join(home, 'password');
    const shown = show(
      new Sources({ flags: {}, env: { WEB_SOCKETIO_DB_PASSWORD_FILE: file }, cwd: home, home }),
    );
    expect(shown['db-password']).toBe(`set from ${origin}`);
    expect(shown['db-password-file']).toBe(`${file} from environment`);
  },
);

it.each([
  ['workers = 4', '3, one less than the workers of Odoo'],
  ['workers = 1', '1, one less than the workers of Odoo'],
  ['workers = 9', '8'],
  ['workers = 0', '8'],
  ['workers = many', '8'],
  ['', '8'],
])('leaves a worker of Odoo to browsers: %s', (conf, expected) => {
  const home = makeFolder({ '.odoorc': `[options]\ndb_name = mydb\n${conf}\n` });
  const shown = (env: Record<string, string>) => show(new Sources({ flags: {}, env, cwd: home, home }));
  expect(shown({})['max-cursor']).toBe(`${expected} from default`);
  expect(shown({ WEB_SOCKETIO_MAX_CURSOR: '6' })['max-cursor']).toBe('6 from environment');
});
