import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Odoo } from '../support/odoo/odoo.ts';
import { startOdooSidecar } from '../support/odoo/odoo-sidecar.ts';
import { createDatabase } from '../support/postgres/postgres.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { runSidecar } from '../support/process/run.ts';
import { startNginx } from '../support/proxy/nginx.ts';
import { HeaderSession } from './support/header-session.ts';
import { createEmployee, startOcaOdoo } from './support/oca-odoo.ts';
import { Script } from './support/script.ts';

// A host for each database: Odoo opens none of them to whoever asks it by another name.
let left: Odoo;
let right: Odoo;

beforeAll(async () => {
  const { postgres, all } = inject('installed');
  left = await startOcaOdoo({ more: { dbfilter: '^%d$' } });
  const database = await createDatabase(postgres, undefined, all.database);
  right = new Odoo(left.server, left.url, database, left.configFile, postgres, async () => undefined);
});

afterAll(async () => {
  await right?.stop();
  await left?.stop();
});

showLogOfFailures('Odoo', () => left.server);

const hostOf = ({ database }: Odoo) => `${database}.example.com`;
const databases = () => [left.database, right.database];

it('says of a host that Odoo opens no database for just that, when the configuration is checked', async () => {
  const { lines, ended } = runSidecar(['-c', left.configFile, '-d', databases().join(','), '--check-config']);
  await ended;
  const text = lines.join(' ').replaceAll(/\s+/g, ' ');
  process.stdout.write(`${text.replace(/.* (Problems|No problems)/, '$1')}\n`);
  expect(text).toMatch(
    /host_refused: \S+ at \S+ does not open '.*' for the host '127.0.0.1:\d+'.* --db-filter refuses/,
  );
});

it('takes session ids and calls models in two databases, each by the host of its page, and leaves the sessions as they are', async () => {
  const sidecar = await startOdooSidecar(left, {
    databases: databases(),
    env: { WEB_SOCKETIO_TRANSPORT: 'json' },
  });
  const nginx = await startNginx({ odoo: left.url, sidecar: sidecar.url });
  try {
    const facts = await Promise.all(
      [left, right].map(async (odoo, index) => {
        const user = await createEmployee(odoo, `user${index}`);
        const session = new HeaderSession(odoo.url, { 'X-Forwarded-Host': hostOf(odoo) });
        await session.logIn(odoo.database, user);
        const door = { nginx, odoo, host: hostOf(odoo) };
        const call = async (script: Promise<Script>) =>
          (await script).call('res.users', 'read', [[user.uid], ['login']]).catch(String);
        const byToken = await call(Script.open(door, await session.token()));
        const bySession = await call(Script.open(door, { session_id: session.sessionId })).catch(String);
        const own = await session.call('res.users', 'read', [[user.uid], ['login']]).catch(String);
        return { byToken, bySession, own };
      }),
    );
    expect(facts).toEqual(
      [0, 1].map((index) => {
        const answer = [expect.objectContaining({ login: `user${index}` })];
        return { byToken: answer, bySession: answer, own: answer };
      }),
    );
  } finally {
    await nginx.stop();
  }
});

it('finds nothing to say when a page has shown by which host it comes', async () => {
  const { lines, ended } = runSidecar(['-c', left.configFile, '-d', databases().join(','), '--check-config']);
  const [code] = await ended;
  expect({ code, lines }).toMatchObject({
    code: 0,
    lines: expect.arrayContaining([expect.stringMatching('No problems')]),
  });
});
