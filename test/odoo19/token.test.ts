import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkTokens, EXPIRED_SESSION } from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import { readRow } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test']);
const THREE_HOURS_MS = 3 * 60 * 60 * 1000;

// What the stand-in of the playground does as well is in test/contract.
describe('The token route', () => {
  it('neither sets a cookie nor rotates a session that is due for it', async () => {
    const session = await odoo().logIn(await odoo().createUser('rosa'));
    const file = join(
      dirname(odoo().configFile),
      'data/sessions',
      session.sessionId.slice(0, 2),
      session.sessionId,
    );
    const stored = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...stored, create_time: (Date.now() - THREE_HOURS_MS) / 1000 }));
    const post = (path: string) => postJson(new URL(path, odoo().url), {}, session.headers);
    expect((await post('/web_socketio/token')).headers.getSetCookie()).toEqual([]);
    // Odoo's own route does both, with the same session.
    expect((await post('/web/session/get_session_info')).headers.getSetCookie()).toHaveLength(1);
  });
});

describe('A changed password', () => {
  it('is proved by the session that Odoo lets stay, and not by another one', async () => {
    const vera = await odoo().createUser('vera');
    const [changer, other] = [await odoo().logIn(vera), await odoo().logIn(vera)];
    const [token, lost] = [(await changer.token()).token, (await other.token()).token];
    // The stored password is hashed again, with more rounds, when this session asks for it.
    const setting = ['password.hashing.rounds', '600001'];
    await odoo().execute(odoo().admin, 'ir.config_parameter', 'set_param', setting);
    const check = await changer.call('res.users', 'preference_change_password', [[vera.uid]]);
    const { res_id } = z.object({ res_id: z.number() }).parse(check);
    const context = { password: vera.password };
    await changer.call('res.users.identitycheck', 'run_check', [[res_id]], { context });
    expect(await readRow(odoo(), token)).toMatchObject({ due: true });
    expect(await checkTokens(odoo(), [token])).toEqual(['renewed']);
    expect(await readRow(odoo(), token)).toMatchObject({ due: false });
    expect((await changer.token(token)).token).toBe(token);
    await expect(other.token(lost)).rejects.toMatchObject(EXPIRED_SESSION);
    expect(await readRow(odoo(), lost)).toMatchObject({ due: true, ended: true });
  });
});
