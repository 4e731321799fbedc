import { expect, it } from 'vitest';
import { QUICK_PRESENCE } from '../../support/live/live-modules.ts';
import { LiveStage } from '../../support/live/live-stage.ts';

const model = 'res.partner';
const form = { view: 1, model, ids: [7] };
const rows = (stage: LiveStage) =>
  stage.database.query<{ values: { op: string; uids: number[] } }>(
    `SELECT "values" FROM web_socketio_message WHERE channel = 'web_live_presence' ORDER BY id`,
  );

async function start() {
  const stage = await LiveStage.start({ index: QUICK_PRESENCE });
  stage.odoo.put(model, 7, {}, [13]);
  stage.odoo.put(model, 8);
  return stage;
}

it('Who opens a record learns who else looks at it, and the others learn of him, until his tab goes', async () => {
  const stage = await start();
  const [anna, bert, bertAgain] = [await stage.open(4), await stage.open(5), await stage.open(5)];
  await anna.show(form);
  await bert.show(form);
  await expect.poll(() => anna.presences).toEqual([{ model, id: 7, uids: [5] }]);
  await expect.poll(() => bert.presences).toEqual([{ model, id: 7, uids: [4] }]);
  await bertAgain.show(form);
  await expect.poll(() => bertAgain.presences).toMatchObject([{ uids: [4] }]);
  // Each user once: another tab of his is no news.
  bert.close(1);
  bertAgain.page.end();
  await expect.poll(() => anna.presences.map(({ uids }) => uids)).toEqual([[5], []]);
  expect((await rows(stage)).map(({ values }) => values.uids)).toEqual([[4], [4, 5], [4]]);
});

it('A page of a list is nobody who looks at its records, nor is one whose user may not read the record', async () => {
  const stage = await start();
  const [anna, list, stranger, other] = [
    await stage.open(4),
    await stage.open(5),
    await stage.open(13),
    await stage.open(6),
  ];
  await anna.show(form);
  await list.show({ view: 1, model, ids: [7, 8] });
  await stranger.show(form);
  await other.show({ view: 1, model, ids: [8] });
  const last = await stage.open(9);
  await last.show(form);
  await expect.poll(() => anna.presences).toMatchObject([{ uids: [9] }]);
  for (const page of [list, stranger, other]) expect(page.framesOf('presence')).toEqual([]);
});

it('Pages of two sidecars know of one another', async () => {
  const stage = await start();
  const second = await stage.anotherSidecar();
  const [anna, bert, carl] = [await stage.open(4), await stage.open(5, second), await stage.open(6, second)];
  await anna.show(form);
  await bert.show(form);
  await expect.poll(() => anna.presences.at(-1)?.uids).toEqual([5]);
  await expect.poll(() => bert.presences.at(-1)?.uids).toEqual([4]);
  await carl.show(form);
  await expect.poll(() => anna.presences.at(-1)?.uids).toEqual([5, 6]);
  // The one that hears for its sidecar goes.
  bert.page.end();
  await expect.poll(() => anna.presences.at(-1)?.uids).toEqual([6]);
  anna.page.end();
  await expect.poll(() => carl.presences.at(-1)?.uids).toEqual([]);
});

it('Who is alone says so once, and is silent', async () => {
  const stage = await start();
  const anna = await stage.open(4);
  await anna.show(form);
  await anna.show(form);
  await expect.poll(() => rows(stage)).toHaveLength(1);
  const bert = await stage.open(5);
  await bert.show({ view: 1, model, ids: [8] });
  await expect.poll(() => rows(stage)).toHaveLength(2);
  expect(anna.framesOf('presence')).toEqual([]);
});
