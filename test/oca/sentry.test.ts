import { expect, it, onTestFinished } from 'vitest';
import { callByToken } from '../contract/openerp-server.ts';
import type { Odoo } from '../support/odoo/odoo.ts';
import { startOdooSidecar } from '../support/odoo/odoo-sidecar.ts';
import { createEmployee, setParameter, startOcaOdoo } from './support/oca-odoo.ts';
import { SentryServer } from './support/sentry-server.ts';

// OCA's sentry: with an exception go all local variables of all functions on the way, secrets by well-known names left out.
it('tells nobody a token or a session id when the routes fail', async () => {
  const sentry = await SentryServer.start();
  const odoo = await startOcaOdoo({
    more: { server_wide_modules: 'base,rpc,web,sentry' },
    sections: { sentry: { sentry_enabled: 'true', sentry_dsn: sentry.dsn, sentry_logging_level: 'warn' } },
  });
  onTestFinished(() => odoo.stop());
  // With it there is a sidecar's id, which makes a token last longer.
  await startOdooSidecar(odoo);
  const [row] = await odoo.sql('SELECT id FROM web_socketio_sidecar');
  const sidecar = `${row?.['id']}`;
  const senta = await createEmployee(odoo, 'senta');
  const session = await odoo.logIn(senta);
  const { token } = await session.token();
  const credential = `${token}.${sidecar}`;

  const asSidecar = () => [
    odoo.execute({ uid: senta.uid, password: credential }, 'res.users', 'search_count', [[]]),
    postText(odoo, '/web_socketio/call', { credential, call: CALL }),
    postText(odoo, '/web_socketio/check', { tokens: [token] }),
    postText(odoo, '/web_socketio/exchange', { session_id: session.sessionId }),
  ];
  const asPage = () => [
    session.token(token),
    session.post('/web_socketio/call', { token: credential, call: CALL }),
  ];
  await odoo.sql('ALTER TABLE web_socketio_session RENAME TO web_socketio_session_away');
  const withoutTable = await settled([...asPage(), ...asSidecar()]);
  await odoo.sql('ALTER TABLE web_socketio_session_away RENAME TO web_socketio_session');
  // With it the check of another addon fails, in the middle of ours; with a page's own request before any route.
  await setParameter(odoo, 'inactive_session_time_out_delay', 'no number');
  const withoutCheck = await settled(asSidecar());
  await setParameter(odoo, 'inactive_session_time_out_delay', '7200');
  const answers = [...withoutTable, ...withoutCheck];
  process.stdout.write(`${answers.map((answer) => answer.slice(0, 160)).join('\n')}\n`);

  // Its library sends one after the other: when this one is there, those before it are.
  const failing = callByToken(odoo, token, 'web_socketio_test.call', 'raise_key_error', {
    args: ['the last one'],
  });
  await expect(failing).rejects.toThrow('KeyError');
  await expect.poll(() => sentry.text).toMatch(/KeyError[\s\S]*the last one/);
  const found = (text: string) =>
    SECRETS.filter((name) => text.includes({ token, sidecar, id: session.sessionId }[name]));
  expect({ sent: found(sentry.text), answered: found(answers.join()) }).toEqual({ sent: [], answered: [] });
});

/** What was answered, be it an error. */
function settled(answers: readonly Promise<unknown>[]): Promise<string[]> {
  return Promise.all(answers.map((answer) => answer.then((value) => JSON.stringify(value), String)));
}

const SECRETS = ['token', 'sidecar', 'id'] as const;
const CALL = JSON.stringify({
  model: 'res.users',
  method: 'search_count',
  args: [[]],
  kwargs: {},
  context: {},
});

/** As the sidecar asks. */
async function postText({ url, database }: Odoo, path: string, body: object): Promise<string> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', 'X-Odoo-Database': database },
    body: JSON.stringify(body),
  });
  return `${path}: ${response.status} ${await response.text()}`;
}
