import { expect, it } from 'vitest';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync, expectOrder } from '../record/tally.ts';
import { openStage } from './python-stage.ts';

const { pages, perSecond, drainSeconds } = sizes({
  short: { pages: 10, perSecond: 20, drainSeconds: 1 },
  long: { pages: 100, perSecond: 20, drainSeconds: 10 },
});

it('delivers everything once while two sidecars and two Python workers are restarted one after the other', async () => {
  const env = { WEB_SOCKETIO_DRAIN_SECONDS: `${drainSeconds}` };
  const stage = await openStage({ pages, sidecars: 2, workers: 2, env });
  const { sidecars, workers, each, queue } = stage;
  const load = new Load(stage.database, { channels: ['each', 'queue'], perSecond });
  const stopsMs: number[] = [];
  for (const one of [sidecars[0], workers[0], sidecars[1], workers[1]]) {
    const before = load.sent;
    const asked = performance.now();
    await one?.stop();
    stopsMs.push(Math.round(performance.now() - asked));
    await one?.start();
    await expect.poll(() => load.sent).toBeGreaterThan(before + perSecond);
  }
  await load.stop();
  await awaitArrival(stage);
  conclude('Python, rolling restart', await count(stage), `stopped in ${stopsMs.join(', ')} ms`);
  const records = await each.records();
  expectOrder(records, 'each');
  expectNoResync([...records, ...(await queue.records())]);
});
