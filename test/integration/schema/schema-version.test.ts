import { expect, it } from 'vitest';
import { SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { runSidecar } from '../../support/process/run.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const modules = {
  base: `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace { on_ping() { return 'pong'; } });
`,
};

/** The addon's file of a release to come. */
function schemaOf(version: number, compatible: number): string {
  const [own, other] = ['version = 5, compatible = 3', '(5, 3)'];
  expect(SCHEMA).toContain(`${own} WHERE (version, compatible) IS DISTINCT FROM ${other}`);
  return SCHEMA.replace(own, `version = ${version}, compatible = ${compatible}`).replace(
    other,
    `(${version}, ${compatible})`,
  );
}

/** A database as an addon left it that knew of no versions. */
async function createOld(): Promise<TestDatabase> {
  const database = await TestDatabase.create();
  await database.query('ALTER TABLE web_socketio_state DROP COLUMN version, DROP COLUMN compatible');
  return database;
}

const TOO_OLD = (name: string) =>
  `schema_version: The tables of web_socketio in '${name}' have no version, and this sidecar needs 3 or later. Update the addon to the sidecar's release, then: odoo -d ${name} -u web_socketio.`;
const TOO_NEW = (name: string) =>
  `schema_version: The tables of web_socketio in '${name}' have version 7, for sidecars that know 6 or later, and this one knows 5. Upgrade the sidecar to the addon's release.`;

it('refuses tables that are too old with one line, serves the others, and serves them when the addon was updated', async () => {
  const [good, old] = [await TestDatabase.create(), await createOld()];
  const sidecar = await TestSidecar.start(good, modules, { databases: [good.name, old.name] });
  await expect.poll(() => sidecar.log).toContain(`ERROR ${old.name} web_socketio: ${TOO_OLD(old.name)}`);
  const ready = async () => (await fetch(`${sidecar.url}/readyz`)).json();
  await expect
    .poll(ready)
    .toMatchObject({ databases: { [good.name]: 'connected', [old.name]: 'schema_version' } });
  await sidecar.connect('/mine', good.name, await good.addToken());
  await old.query(SCHEMA);
  const socket = await sidecar.connect('/mine', old.name, await old.addToken());
  expect(await socket.emitWithAck('ping')).toBe('pong');
  expect(sidecar.lines.filter((line) => line.includes('schema_version'))).toHaveLength(1);
});

it('serves tables that are younger if they say that they fit, and refuses them if they say that they do not', async () => {
  const [fits, misfits] = [await TestDatabase.create(), await TestDatabase.create()];
  await fits.query(schemaOf(6, 3));
  await misfits.query(schemaOf(7, 6));
  const sidecar = await TestSidecar.start(fits, modules, { databases: [fits.name, misfits.name] });
  await expect.poll(() => sidecar.log).toContain(TOO_NEW(misfits.name));
  const socket = await sidecar.connect('/mine', fits.name, await fits.addToken());
  expect(await socket.emitWithAck('ping')).toBe('pong');
});

it('keeps its pages when the addon is updated under it to one that fits', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const ended: unknown[] = [];
  socket.on('web_socketio.end', (end) => ended.push(end));
  const after = nextEvent(socket, 'after');
  await database.query(schemaOf(6, 3));
  // Sent after that, and read after it.
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values") VALUES ('web_socketio.control', $1)`,
    [JSON.stringify({ type: 'broadcast', path: '/mine', event: 'after', args: [] })],
  );
  await after;
  expect(await socket.emitWithAck('ping')).toBe('pong');
  expect(ended).toEqual([]);
  expect(sidecar.log).not.toContain('schema_version');
});

it('sends its pages away when the addon is updated under it to one that does not fit, until one does', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const end = nextEvent(socket, 'web_socketio.end');
  await database.query(schemaOf(7, 6));
  expect(await end).toMatchObject([{ code: 'database_unavailable', retry: true }]);
  expect(sidecar.log).toContain(TOO_NEW(database.name));
  await database.query(SCHEMA);
  const back = await sidecar.connect('/mine', database.name, await database.addToken());
  expect(await back.emitWithAck('ping')).toBe('pong');
});

it('refuses a Python worker where the tables are older, and serves its pages', async () => {
  const database = await TestDatabase.create();
  await database.query('ALTER TABLE web_socketio_worker RENAME TO renamed');
  const sidecar = await TestSidecar.start(database, modules);
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  expect(await socket.emitWithAck('ping')).toBe('pong');
  const worker = await ScriptedWorker.dial(sidecar.url);
  const proof = '00'.repeat(32);
  worker.send(['hello', { version: 1, release: '1', db: database.name, worker: 'one', proof, declares: {} }]);
  await expect.poll(() => worker.closed).toBe(true);
  expect(JSON.stringify(worker.frames)).toContain('know no Python workers');
  expect(await sidecar.refusal('/chat', { db: database.name })).toMatchObject({ code: 'namespace_unknown' });
});

it('says so in --check-config', async () => {
  const [good, old] = [await TestDatabase.create(), await createOld()];
  const { lines, ended } = runSidecar(['-d', `${good.name},${old.name}`, '-p', '0', '--check-config'], {
    ...serverVariables(good.server),
  });
  expect(await ended).toEqual([1, null]);
  const report = lines.join('\n').replaceAll(/\s+/g, ' ');
  const version = await good.version();
  expect(version).toMatch(/^\d/);
  expect(report).toContain(`${good.name} ${version} installed version 5 `);
  expect(report).toContain(`${old.name} ${version} installed unusable `);
  expect(report).toContain(TOO_OLD(old.name));
});
