import { writeFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';
import { diagnose } from '../../../sidecar/src/doctor/doctor.ts';
import { lookFromOutside } from '../../../sidecar/src/doctor/outside/outside.ts';
import { lookAtSilence } from '../../../sidecar/src/doctor/outside/silence.ts';
import { Visitor } from '../../../sidecar/src/doctor/outside/visitor.ts';
import { readServerState } from '../../../sidecar/src/postgres/check/server-state.ts';
import { startHttp } from '../../support/network/http-server.ts';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import { startEchoOdoo } from '../../support/odoo/echo-odoo.ts';
import { createDatabase } from '../../support/postgres/postgres.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { startTlsPostgres } from '../../support/postgres/tls-postgres.ts';
import { runSidecar } from '../../support/process/run.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { makeConfigFolder } from '../../support/sidecar/config-folder.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

interface Found {
  readonly code: string | null;
  readonly subject: string;
  readonly seen: string;
  readonly severity: string;
  readonly mend?: string;
  readonly lines?: Readonly<Record<string, readonly string[]>>;
}

/** What the doctor says as JSON, and its exit code. */
async function ask(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { lines, ended } = runSidecar(['doctor', '--json', ...args], env);
  const [code] = await ended;
  // Progress comes before.
  const { problems, views } = JSON.parse(lines.slice(lines.indexOf('{')).join('\n'));
  const findings: Found[] = views.flatMap(({ findings }: { findings: Found[] }) => findings);
  return { code, problems, findings, codes: findings.flatMap((one) => one.code ?? []) };
}

/** A sidecar that is ready, an Odoo that answers, and how the doctor is called for them. */
async function startAll() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {});
  const odoo = await startEchoOdoo();
  await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
  return {
    database,
    odoo,
    args: ['-d', database.name, '-p', new URL(sidecar.url).port],
    env: { ...serverVariables(database.server), WEB_SOCKETIO_ODOO_URL: odoo },
  };
}

it('has nothing to complain about in what runs as it should', async () => {
  const { args, env } = await startAll();
  const { code, problems, codes, findings } = await ask(args, env);
  // No page is connected in a test.
  expect({ code, problems, codes }).toEqual({ code: 0, problems: 0, codes: ['no_pages'] });
  expect(findings.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^Database test_/),
    'Sidecar',
    'Odoo',
  ]);
});

it('names a database that is not there, a sidecar and an Odoo that do not run', async () => {
  const { server } = await TestDatabase.create();
  const { code, codes } = await ask(['-d', 'nowhere', '-p', '1'], serverVariables(server));
  expect(codes).toEqual(['database_missing', 'sidecar_not_running', 'odoo_unreachable']);
  expect(code).toBe(1);
});

it('names a database without the addon', async () => {
  const { server } = await TestDatabase.create();
  const name = await createDatabase(server);
  const { codes } = await ask(['-d', name, '-p', '1'], serverVariables(server));
  expect(codes[0]).toBe('module_missing');
});

it('names the database of an Odoo in which the addon is not installed', async () => {
  const database = await TestDatabase.create();
  await database.query("UPDATE ir_module_module SET state = 'uninstalled' WHERE name LIKE 'web_%'");
  const { findings } = await ask(['-d', database.name, '-p', '1'], serverVariables(database.server));
  expect(findings[0]).toMatchObject({
    code: 'module_missing',
    seen: expect.stringMatching(/The module web_socketio is not installed/),
  });
});

it('knows how long the oldest transaction has gone on, and how many connections are free', async () => {
  const { database, args, env } = await startAll();
  const client = await database.connect();
  await client.query('BEGIN');
  const { server, name } = database;
  const { host, port, user, password } = server;
  const options = { host, port, user, password };
  await expect.poll(async () => (await readServerState(options, name)).longestSeconds).toBeGreaterThan(0);
  expect(await readServerState(options, name)).toMatchObject({ queue: 0, free: expect.any(Number) });
  expect((await ask(args, env)).codes).toEqual(['no_pages']);
});

it('names an addon in Python whose worker does not run', async () => {
  const { database, args, env } = await startAll();
  await ScriptedWorker.prove(database, {
    handlers: [{ index: 0, event: 'hello', addon: 'web_socketio_demo', eventtype: 'on', name: 'hello' }],
  });
  const { codes, findings } = await ask(args, env);
  expect(codes).toEqual(['no_pages', 'worker_missing']);
  expect(findings.find((one) => one.code === 'worker_missing')?.seen).toContain('web_socketio_demo');
});

it("names what in Odoo's configuration does not fit", async () => {
  const { database, args, env } = await startAll();
  const { configFile, remove } = await makeConfigFolder('doctor', database.server, '');
  onTestFinished(remove);
  await writeFile(configFile, '[options]\nworkers = 2\nproxy_mode = False\n');
  const { codes, code } = await ask([...args, '-c', configFile, '--max-cursor', '4'], env);
  expect(codes).toEqual(['no_pages', 'proxy_mode_missing', 'few_workers']);
  // It works.
  expect(code).toBe(0);
});

it('follows web_socketio.url to the sidecar, where there is no proxy', async () => {
  const database = await TestDatabase.create();
  const { url } = await TestSidecar.start(database, {});
  const odoo = await startEchoOdoo(false, url);
  const { findings } = await lookFromOutside(new URL(odoo), {
    ...{ signal: new AbortController().signal, progress: () => undefined, silentSeconds: 1 },
  });
  expect(findings).toContainEqual(
    expect.objectContaining({ subject: '/socket.io/', seen: `the sidecar answers at ${url}` }),
  );
  expect(findings.filter(({ severity }) => severity !== 'fine')).toEqual([]);
});

it('names the sidecar of -p in the lines for a proxy that sends the sockets to Odoo', async () => {
  const { odoo, args, env } = await startAll();
  const port = args.at(-1);
  for (const known of [args, ['-p', `${port}`]]) {
    const { findings } = await ask([odoo, ...known], env);
    const found = findings.find(({ code }) => code === 'sockets_to_odoo');
    expect(found?.lines?.['Apache']?.join()).toContain(`http://127.0.0.1:${port}/socket.io/`);
    expect(JSON.stringify(found)).not.toContain('8068');
  }
  const { findings } = await ask([odoo], {});
  const found = findings.find(({ code }) => code === 'sockets_to_odoo');
  expect(found?.lines?.['nginx']?.[0]).toBe(
    '# 127.0.0.1:8068 is the default of the sidecar: put yours there',
  );
});

it('tells a page of a network that wants a log-in from a sidecar', async () => {
  const portal = await startHttp((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<title>Welcome to our guest network</title>'),
  );
  const { codes, findings } = await ask([portal], {});
  expect(codes).toEqual(['addon_not_found', 'sockets_elsewhere', 'sockets_first']);
  expect(findings.at(-1)?.seen).toMatch(
    /^Not looked at until \/socket\.io\/ works: clocks, headers, cookies, /,
  );
  expect(findings.find(({ code }) => code === 'sockets_elsewhere')?.seen).toContain(
    '"Welcome to our guest network"',
  );
});

it('tells a connection that is dropped without a word from one that is cut', async () => {
  const database = await TestDatabase.create();
  const { url } = await TestSidecar.start(database, {});
  const wire = await TcpProxy.start(Number(new URL(url).port));
  const visitor = new Visitor(new URL(wire.url), new AbortController().signal);
  const looking = lookAtSilence(visitor, {
    ...{ webSockets: true, seconds: 2, patienceMs: 2_000, progress: () => undefined },
  });
  // The first word of each has come: from now on nothing passes, and both ends take their connection for open.
  await expect.poll(() => wire.answered).toBe(2);
  wire.silence();
  const seen = expect.stringMatching(/^dropped without a word: nothing came in \d+ s, and nobody closed it$/);
  expect(await looking).toEqual(
    ['Silence of a request', 'Silence of a WebSocket'].map((subject) => ({
      ...{ subject, severity: 'problem', code: 'time_out', seen },
    })),
  );
});

it.each([
  [
    'a host that is down',
    () => 'http://127.0.0.1:1',
    'port_closed',
    /^nobody answers at 127\.0\.0\.1, port 1: .*ECONNREFUSED/,
  ],
  ['a name that nobody has', () => 'https://erp.invalid', 'name_unknown', /^'erp\.invalid' has no address: /],
  [
    'a server without TLS at an address with it',
    async () => (await startHttp((_request, response) => response.end('hello'))).replace('http', 'https'),
    'tls_failed',
    /^port \d+ is open, and does not speak TLS as a browser does: wrong version number$/,
  ],
  [
    'an Odoo without the addon',
    () =>
      startHttp((_request, response) =>
        response.writeHead(404).end('<title>404 Not Found</title><h1>Not Found</h1>'),
      ),
    'addon_not_found',
    /^no answer of the addon web_socketio: 404, "404 Not Found"$/,
  ],
])('has one sentence for %s', async (_, start, code, seen) => {
  const { findings, code: exit } = await ask([await start()], {});
  const found = findings.filter((one) => one.code === code);
  expect(found.map((one) => one.seen)).toEqual([expect.stringMatching(seen)]);
  expect(found[0]?.mend).toMatch(/\.$/);
  expect(exit).toBe(1);
});

it('says how it is called', async () => {
  const { lines, ended } = runSidecar(['doctor', 'erp.example.com']);
  expect(await ended).toEqual([2, null]);
  expect(lines.join(' ')).toMatch(/option_invalid: "erp.example.com" is not the address of an Odoo/);
});

it('repeats no password that somebody put into the address', async () => {
  const { lines, ended } = runSidecar(['doctor', 'https://anna:secret@erp.example.com']);
  expect(await ended).toEqual([2, null]);
  expect(lines.join(' ')).toMatch(/option_invalid: The doctor logs in nowhere/);
  expect(lines.join(' ')).not.toContain('secret');
});

it('does not call a sidecar missing that was not named, where one is reached', async () => {
  const { database, args, env } = await startAll();
  const sources = new Sources({ flags: { options: { database: database.name } }, env, cwd: '/', home: '/' });
  const inside = { settings: readSettings(new OptionReader(sources)), conf: sources.conf };
  // Not the default itself: on this machine somebody may listen there.
  const place = { address: '127.0.0.1:1', isGiven: false };
  const look = async (url: URL | null) => {
    const { views } = await diagnose({
      ...{ url, place, inside, silentSeconds: 1 },
      ...{ signal: new AbortController().signal, progress: () => undefined },
    });
    return views.flatMap(({ findings }) => findings).find(({ subject }) => subject === 'Sidecar');
  };
  const code = 'sidecar_not_named';
  const seen = expect.stringMatching(/^nobody answers at the default address, http:\/\/127\.0\.0\.1:1: /);
  expect(await look(null)).toMatchObject({ severity: 'problem', code, seen });
  const odoo = await startEchoOdoo(false, `http://127.0.0.1:${args.at(-1)}`);
  expect(await look(new URL(odoo))).toMatchObject({ severity: 'hint', code, seen });
});

it('asks for the address of the site first', async () => {
  const { lines, ended } = runSidecar(['doctor'], {});
  expect(await ended).toEqual([2, null]);
  expect(lines.join(' ')).toContain(
    'option_invalid: The doctor was given no address. Give the one that browsers open',
  );
});

it('ends at the address of the sidecar itself', async () => {
  const database = await TestDatabase.create();
  const { url } = await TestSidecar.start(database, {});
  const { lines, ended } = runSidecar(['doctor', url], {});
  expect(await ended).toEqual([2, null]);
  expect(lines.join(' ')).toContain(
    `option_invalid: "${url}" is the sidecar itself: give the address that browsers open`,
  );
});

it('names a PostgreSQL that lets nobody in without TLS', async () => {
  const server = await startTlsPostgres(15, ['hostssl all all 127.0.0.1/32 md5']);
  onTestFinished(() => server.stop());
  const env = { ...serverVariables(server), WEB_SOCKETIO_DB_SSLMODE: 'disable' };
  const { findings } = await ask(['-d', 'postgres', '-p', '1'], env);
  expect(findings[0]).toMatchObject({
    severity: 'problem',
    seen: expect.stringMatching(/no encryption|TLS/),
  });
});

it('names a standby', async () => {
  const primary = await RestartablePostgres.create();
  await primary.start();
  const database = await TestDatabase.create(primary);
  await primary.stopFast();
  const standby = await primary.copyAsStandby();
  await primary.start();
  await standby.start();
  const { codes } = await ask(['-d', database.name, '-p', '1'], serverVariables(standby));
  expect(codes[0]).toBe('database_standby');
});
