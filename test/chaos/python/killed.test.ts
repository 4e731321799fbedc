import { setTimeout } from 'node:timers/promises';
import { it } from 'vitest';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync, expectOrder } from '../record/tally.ts';
import { openStage, type Stage } from './python-stage.ts';

const { pages, messages, perSecond, everyMs } = sizes({
  short: { pages: 10, messages: 200, perSecond: 40, everyMs: 1_500 },
  long: { pages: 50, messages: 1_000, perSecond: 40, everyMs: 5_000 },
});

async function killWorker({ workers }: Stage): Promise<void> {
  for (const worker of workers) {
    await worker.kill();
    worker.start();
  }
}

/** One after the other: the pages of the one go to the other, and back when that is killed. */
async function killSidecar({ sidecars }: Stage, turn: number): Promise<void> {
  const sidecar = sidecars[turn % sidecars.length];
  await sidecar?.kill();
  await sidecar?.start();
}

it.each([
  { what: 'the Python worker', kill: killWorker },
  { what: 'a sidecar', kill: killSidecar },
  {
    what: 'the Python worker and a sidecar',
    kill: async (stage: Stage, turn: number) => {
      await Promise.all([killWorker(stage), killSidecar(stage, turn)]);
    },
  },
])(
  'delivers everything once through handlers in Python while $what is killed again and again',
  async ({ what, kill }) => {
    const stage = await openStage({ pages, sidecars: 2, workers: 1 });
    const { database, each, queue } = stage;
    const load = new Load(database, { channels: ['each', 'queue'], perSecond, count: messages });
    let kills = 0;
    for (; load.sent < messages || kills < 2; kills += 1) {
      await setTimeout(everyMs);
      await kill(stage, kills);
    }
    await load.done;
    await awaitArrival(stage);
    conclude(`Python, ${what} killed`, await count(stage), `kills ${kills}`);
    const records = await each.records();
    expectOrder(records, 'each');
    expectNoResync([...records, ...(await queue.records())]);
  },
);
