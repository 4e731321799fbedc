import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { OPTIONS } from '../../../sidecar/src/config/options.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

it('says of each option what holds and where it was found, and of a password only that it is there', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'web_socketio-sources-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(
    join(cwd, '.odoorc'),
    '[options]\ndb_name = mydb\nxmlrpc_port = 8070\ndb_password = hidden\naddons_path = a\ndb_host = conf\n',
  );
  writeFileSync(
    join(cwd, '.env'),
    'WEB_SOCKETIO_PORT=1\nWEB_SOCKETIO_INTERFACE=::1\nWEB_SOCKETIO_DB_USER=me\n',
  );
  const sources = new Sources({
    flags: { maxCursor: '3' },
    env: { WEB_SOCKETIO_PORT: '2', WEB_SOCKETIO_MAX_CURSOR: '4', PGPORT: '5433', PGHOST: 'libpq' },
    cwd,
    home: cwd,
  });
  const settings = readSettings(sources);
  const shown = Object.fromEntries(
    OPTIONS.map((option) => [option.name, `${option.show(settings)} from ${sources.origin(option)}`]),
  );
  expect(shown).toMatchObject({
    database: 'mydb from .odoorc: db_name',
    interface: '::1 from .env',
    port: '2 from environment',
    'max-cursor': '3 from --max-cursor',
    config: `${join(cwd, '.odoorc')} from default`,
    'openerp-url': 'http://127.0.0.1:8070 from .odoorc: xmlrpc_port',
    'log-format': 'openerp from default',
    'db-host': 'conf from .odoorc: db_host',
    'db-port': '5433 from PGPORT',
    'db-user': 'me from .env',
    'db-password': 'set from .odoorc: db_password',
    'addons-path': `${join(cwd, 'a')} from .odoorc: addons_path`,
  });
});
