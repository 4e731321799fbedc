import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser/browser-page.ts';
import { writeOldAddons } from '../support/documents/example-addon.ts';
import { runExample } from '../support/documents/example-run.ts';
import { withUsers } from '../support/documents/example-users.ts';
import { readPorted } from '../support/documents/reference.ts';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { LAUNCHER, writeOdooPython } from '../support/odoo/odoo-python.ts';
import type { OdooSession } from '../support/odoo/odoo-session.ts';
import { startOdooWorker } from '../support/odoo/odoo-worker.ts';
import { startPostgres } from '../support/postgres/postgres.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { Program } from '../support/process/program.ts';
import { makeServerFolder, type ServerFolder } from '../support/process/server-folder.ts';
import { series } from '../support/series/series.ts';
import { SidecarProcess } from '../support/sidecar/sidecar-process.ts';

const WARNING = /WARNING .*no Python worker runs/;

const releases: (() => Promise<void>)[] = [];
let folder: ServerFolder;
let odoo: Odoo;
let sidecar: SidecarProcess;
let worker: Program;
let admin: OdooSession;
let ben: OdooSession;
let benId: number;

beforeAll(async () => {
  folder = await makeServerFolder('addons');
  releases.push(() => folder.remove());
  const modules = await writeOldAddons(folder.path);
  const postgres = await startPostgres(15);
  releases.push(() => postgres.stop());
  odoo = await startOdoo({ postgres, modules, addonsPaths: [folder.path] });
  releases.push(() => odoo.stop());
  sidecar = new SidecarProcess({ configFile: odoo.configFile });
  releases.push(() => sidecar.stop());
  await sidecar.start();
  worker = startOdooWorker(odoo, { sidecars: [sidecar.url] });
  releases.push(() => worker.stop());
  const user = await odoo.createUser('ben');
  benId = user.uid;
  ben = await odoo.logIn(user);
  admin = await odoo.logIn(odoo.admin);
  await worker.waitForLine(/is linked to the sidecar/);
});

afterAll(async () => {
  for (const release of releases.reverse()) await release();
});

showLogOfFailures(series.name, () => odoo.server);
showLogOfFailures('The sidecar', () => sidecar.program);
showLogOfFailures('The Python worker', () => worker);

const open = (session: OdooSession) =>
  openPage(sidecar.url, { fetchToken: (known) => session.renew(known) }).page;

for (const example of readPorted()) {
  it(`${example.title}: the Python of 2013 runs as it stands`, async () => {
    await runExample(withUsers(example, odoo.admin.uid, benId), {
      url: sidecar.url,
      db: odoo.database,
      page: open(admin),
      otherPage: open(ben),
      more: {},
      query: (text, values) => odoo.sql(text, values),
    });
  });
}

it('odoo web_socketio says where it runs and what the installed addons declare', () => {
  expect(worker.log).toMatch(/Python worker .* for Odoo 1\d\.0/);
  expect(worker.log).toContain("the addon 'addon_of_2013_0' declares adapter ReminderAdapter");
  expect(worker.log).toContain("namespace '/chat' with on_open, on_say");
  expect(worker.lines.filter((line) => / (?:WARNING|ERROR|CRITICAL) \S+ odoo\.addons\./.test(line))).toEqual(
    [],
  );
});

it('python addon/web_socketio, the command of 2013, says what is declared, and ends', async () => {
  const python = await writeOdooPython(folder.path);
  const addon = new URL('../../addon/web_socketio', import.meta.url).pathname;
  const args = [addon, '-c', odoo.configFile, '-d', odoo.database, '--check-config'];
  const program = new Program({ command: python, args, env: { HOME: '/nonexistent' }, user: 'ordinary' });
  expect([await program.ended, program.log]).toEqual([
    [0, null],
    expect.stringContaining("handler send_reminders of 'reminder' (connect)"),
  ]);
});

it('odoo --addons-path=… web_socketio, as the warning names it, has the addons of the file, too', async () => {
  const addons = new URL('../../addon', import.meta.url).pathname;
  const { configFile, database } = odoo;
  const args = [
    `--addons-path=${addons}`,
    'web_socketio',
    '-c',
    configFile,
    '-d',
    database,
    '--check-config',
  ];
  const program = new Program({
    command: LAUNCHER,
    args,
    env: { HOME: '/nonexistent' },
    user: 'ordinary',
  });
  expect([await program.ended, program.log]).toEqual([
    [0, null],
    expect.stringContaining("handler send_reminders of 'reminder' (connect)"),
  ]);
});

it('Odoo names the command once when an addon declares something and no worker runs', async () => {
  await worker.stop();
  // A worker counts for 30 s after its last heartbeat.
  await odoo.sql("UPDATE web_socketio_worker SET seen = seen - interval '30 seconds'");
  const warnings = () => odoo.server.lines.filter((line) => WARNING.test(line));
  const { configFile, database } = odoo;
  await expect
    .poll(() => admin.renew({}).then(warnings), { timeout: 150_000, interval: 500 })
    .toEqual([
      expect.stringMatching(
        `The addons 'addon_of_2013_0', 'addon_of_2013_1', 'addon_of_2013_2' declare adapter .* in Python, and no Python worker runs for '${database}': start it with "odoo --addons-path=\\S+ web_socketio -c ${configFile} -d ${database}"`,
      ),
    ]);
  await admin.renew({});
  expect(warnings()).toHaveLength(1);
});
