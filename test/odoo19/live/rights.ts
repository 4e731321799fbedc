import { expect, it } from 'vitest';
import { z } from 'zod';
import type { GetStage } from './live-stage.ts';

/** Two companies, a rule that keeps their tasks apart, and what goes over the wire. */
export function rightsCases(stage: GetStage): void {
  it('Nobody is told anything of records that a rule hides from him, not even their ids', async () => {
    const { odoo } = stage().stack;
    const { admin } = odoo;
    const other = z
      .number()
      .parse(await odoo.execute(admin, 'res.company', 'create', [{ name: 'Other Ltd' }]));
    await odoo.execute(admin, 'res.users', 'write', [[admin.uid], { company_ids: [[4, other]] }]);
    const [bread = 0, secret = 0] = await stage().begin(
      { name: 'Bread' },
      { name: 'Secret', company_id: other },
    );
    const page = await stage().logIn(stage().berta);
    await page.open('live-tasks');
    await expect.poll(() => page.names()).toEqual(['Bread']);
    const asAdmin = { allowed_company_ids: [1, other] };
    const execute = (method: string, ...args: unknown[]) =>
      odoo.execute(admin, 'web_socketio_test_live.task', method, args, { context: asAdmin });

    await execute('write', [secret], { name: 'More secret' });
    const [made] = z
      .array(z.number())
      .parse(await execute('create', [{ name: 'New secret', company_id: other }]));
    await execute('unlink', [made]);
    // What she may see comes later, and is all that came.
    await stage().call(stage().anna, 'write', [bread], { name: 'Rolls' });
    await expect.poll(() => page.names()).toEqual(['Rolls']);
    const frames = page.frames.filter((frame) => frame.includes('/web_live'));
    const told = frames.filter((frame) => frame.includes('"changed"'));
    expect(told.join()).toContain(`"ids":[${bread}]`);
    for (const frame of frames) expect(idsIn(frame)).not.toEqual(expect.arrayContaining([secret]));
    for (const frame of frames) expect(idsIn(frame)).not.toEqual(expect.arrayContaining([made]));
    expect(frames.join()).not.toMatch(/secret|Rolls|Bread/i);

    // It becomes hers: from then on she sees it.
    await execute('write', [secret], { company_id: 1, name: 'Told' });
    await expect.poll(async () => (await page.names()).toSorted()).toEqual(['Rolls', 'Told']);
    // … and it is taken from her again.
    await execute('write', [secret], { company_id: other });
    await expect.poll(() => page.names()).toEqual(['Rolls']);
    await page.leave();
  });
}

/** All that an event lists as ids. */
function idsIn(frame: string): number[] {
  return [...frame.matchAll(/"ids":\[([^\]]*)\]/g)].flatMap(([, ids = '']) => ids.split(',').map(Number));
}
