import { setInterval } from 'node:timers/promises';
import { startPostgres } from '../../../support/postgres/postgres.ts';
import { ourMost } from '../../aim.ts';
import { type Row, toCount } from '../../row.ts';
import type { Benchmark, Run } from '../../run.ts';
import { Target } from '../../servers/target.ts';

// Once for all pages together is what it has to be.
const FIGURE = {
  name: 'Python: asks for each read, of 1,000 pages chosen by get',
  ...{ unit: 'asks', aims: [ourMost(1)] },
};
const SOCKETS = 1_000;
const MESSAGES = 50;
const INTERVAL_MS = 55;

/** @returns how often the worker was asked for each message, which came alone */
async function count(target: Target): Promise<number> {
  const gauge = await target.openSpare('/bench_gauge');
  const before: number = await gauge.emitWithAck('asks');
  const numbers: number[] = [];
  for await (const _ of setInterval(INTERVAL_MS)) {
    numbers.push((await target.commit({ to_id: 1 + numbers.length })).number);
    await target.waitFor(numbers);
    if (numbers.length === MESSAGES) break;
  }
  const after: number = await gauge.emitWithAck('asks');
  gauge.disconnect();
  return (after - before) / MESSAGES;
}

async function measure({ rounds, node, progress }: Run): Promise<Row[]> {
  const postgres = await startPostgres(15);
  const scenario = { sockets: SOCKETS, channel: 'bench_chosen', baseline: 'plain' } as const;
  const target = await Target.openPython(postgres, scenario, node);
  try {
    await target.connect();
    const asks: number[] = [];
    while (asks.length < rounds) {
      asks.push(await count(target));
      progress(`${asks.at(-1)} asks for each of ${MESSAGES} messages`);
    }
    return [{ ...toCount(FIGURE.name, FIGURE.unit, asks), ...FIGURE }];
  } finally {
    await target.stop();
    await postgres.stop();
  }
}

export const PYTHON_ASKS: Benchmark[] = [{ name: FIGURE.name, figures: [FIGURE], warmUp: 'none', measure }];
