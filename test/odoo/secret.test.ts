import { describe, expect, it, onTestFinished } from 'vitest';
import { askAsSidecar, callByToken, userWithToken } from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';

const odoo = useOdoo(['web_socketio_test_report']);

/** What reports of errors showed while something ran; there has to be one. */
async function reported(run: () => Promise<unknown>): Promise<string[]> {
  const reports = () => odoo().server.log.match(/^report \d+ of .*$/gm) ?? [];
  const before = reports().length;
  await run().catch(() => undefined);
  await expect.poll(() => reports().length).toBeGreaterThan(before);
  return reports()
    .slice(before)
    .map((line) => line.replace(/^report \d+ of \S+ shows /, ''));
}

/** Lets every statement about tokens fail. */
async function breakTable(): Promise<void> {
  await odoo().sql('ALTER TABLE web_socketio_session RENAME COLUMN context TO broken');
  onTestFinished(async () => {
    await odoo().sql('ALTER TABLE web_socketio_session RENAME COLUMN broken TO context');
  });
}

describe('No report of an error shows a token, not even to who sends the variables of all functions away:', () => {
  it('when a method fails that is called by it', async () => {
    const { token } = await userWithToken(odoo(), 'anna');
    const fail = () =>
      callByToken(odoo(), token, 'web_socketio_test.call', 'raise_key_error', { args: ['x'] });
    expect(await reported(fail)).toEqual(['nothing']);
  });

  it.each(['call', 'check', 'exchange'] as const)('when the route %s fails', async (route) => {
    const { token, session } = await userWithToken(odoo(), `berta ${route}`);
    await breakTable();
    const body = { credential: token, tokens: [token], session_id: session.sessionId, call: '{}' };
    const shown = await reported(() => askAsSidecar(odoo(), route, body));
    expect(new Set(shown)).toEqual(new Set(['nothing']));
  });

  it('when the token route fails, for a page of before', async () => {
    const { token, session } = await userWithToken(odoo(), 'carla');
    await breakTable();
    expect(new Set(await reported(() => session.token(token)))).toEqual(new Set(['nothing']));
  });

  it('when a setting is wrong', async () => {
    const { token, session } = await userWithToken(odoo(), 'dora');
    const set = (value: string) =>
      odoo().execute(odoo().admin, 'ir.config_parameter', 'set_param', [
        'web_socketio.token_lifetime',
        value,
      ]);
    await set('soon');
    onTestFinished(async () => void (await set('')));
    expect(new Set(await reported(() => session.token(token)))).toEqual(new Set(['nothing']));
    // Who has a token goes on.
    expect(await callByToken(odoo(), token, 'res.users', 'context_get')).toBeTypeOf('object');
  });
});
