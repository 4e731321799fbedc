import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { run } from '../../support/process/run.ts';
import { MAIN } from '../../support/sidecar/sidecar-command.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const PASSWORDS = [
  ...[
    'plain',
    '$HOME $\u007bx} $(date) `date`',
    `it's`,
    `say "hi"`,
    `'"\``,
    'end\\',
    '\\n',
    '%d %%',
    'a#b',
    '#',
    ' # x',
  ],
  ...[
    ' spaces at both ends ',
    ' ',
    '=',
    'two\nlines',
    'line break at its end\n',

    'ä€😀',
    'e\u0301 \u00a0',
  ],
  ...['\t', ';', '!x', '*', '~', '{"a":1}', 'x'.repeat(900)],
];

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await TestDatabase.create();
  role = `few_${database.name}`;
  await database.query(`CREATE ROLE ${role} LOGIN`);
  return () => database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-password-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const setPassword = (password: string) =>
  database.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(password)}`);

/** What a sidecar reads from such a file. */
async function read(text: string | Buffer): Promise<pg.ClientConfig> {
  const cwd = await makeFolder();
  await writeFile(join(cwd, 'password'), text);
  const env = { WEB_SOCKETIO_DB_PASSWORD_FILE: 'password', WEB_SOCKETIO_DB_USER: role };
  const flags = { options: { database: 'mydb', config: '/dev/null' } };
  const { user, password } = readSettings(
    new OptionReader(new Sources({ flags, env, cwd, home: cwd })),
  ).postgres;
  return { ...database.config, user, password };
}

async function logIn(text: string): Promise<void> {
  const client = new pg.Client(await read(text));
  await client.connect();
  await client.end();
}

it.each(PASSWORDS)(
  'the password %j logs in from a file, with a line break behind it or, but for one, without',
  async (password) => {
    await setPassword(password);
    await logIn(`${password}\n`);
    await logIn(`${password}\r\n`);
    if (!password.endsWith('\n')) await logIn(password);
    await expect(logIn(`${password}?`)).rejects.toThrow('password authentication failed');
  },
);

it('a file that is empty, or holds a line break, is no password', async () => {
  for (const text of ['', '\n']) expect((await read(text)).password).toBeUndefined();
});

it.each([Buffer.from('p\xe4ss', 'latin1'), Buffer.from('\ufeffpass', 'utf16le')])(
  'a file in another encoding is refused, and the message does not quote it',
  async (bytes) => {
    await expect(read(bytes)).rejects.toThrow(
      /^'.*password' is not UTF-8 text\. Save it in that encoding\.$/,
    );
  },
);

it("the service's own command finds the password that systemd hands over, and docs/operations.md checks with the same", async () => {
  const password = `it's $HOME "#1" \\ `;
  await setPassword(password);
  const folder = await makeFolder();
  const credentials = join(folder, 'credentials');
  await mkdir(credentials);
  await writeFile(join(credentials, 'db_password'), `${password}\n`);
  await writeFile(join(folder, 'web_socketio'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  await chmod(join(folder, 'web_socketio'), 0o755);
  const unit = await readFile(here('../../../sidecar/systemd/web_socketio.service'), 'utf8');
  const [, command = ''] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  const [program = '', assignment = '', ...rest] = command.split(' ');
  const production = await readFile(here('../../../docs/operations.md'), 'utf8');
  expect(production).toContain(`  ${program} '${assignment}' ${rest.join(' ')} --check-config\n`);
  const [, credential = ''] = /^LoadCredential=(.*)$/m.exec(unit) ?? [];
  expect(production).toContain(` -p LoadCredential=${credential} `);
  const file = await readFile(here('../../../sidecar/systemd/web_socketio.env'), 'utf8');
  const variables = Object.fromEntries(
    [...file.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const { host, port } = database.server;
  const args = [assignment.replace(/\$\{CREDENTIALS_DIRECTORY\}/, credentials), ...rest, '--check-config'];
  const { lines, ended } = run(program, args, {
    ...variables,
    PATH: `${folder}:${process.env['PATH']}`,
    WEB_SOCKETIO_DATABASE: database.name,
    WEB_SOCKETIO_DB_HOST: host,
    WEB_SOCKETIO_DB_PORT: `${port}`,
    WEB_SOCKETIO_DB_USER: role,
  });
  expect(await ended).toEqual([1, null]);
  // It got in, and has no rights yet.
  expect(lines.join('\n')).toMatch(/db-password +set +WEB_SOCKETIO_DB_PASSWORD_FILE\n/);
  expect(lines.join('\n')).toMatch(/db-password-file +\/\S+ +environment/);
  expect(lines.join('\n')).toContain('database_forbidden');
});
