import { setInterval } from 'node:timers/promises';
import { startPostgres } from '../../../support/postgres/postgres.ts';
import { type Benchmark, type Progress, ROUNDS, type Row, toRow } from '../../row.ts';
import { Target } from '../../servers/target.ts';

const NAME = 'Python: asks for each read, of 1,000 pages chosen by get';
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

async function measure(progress: Progress): Promise<Row> {
  const postgres = await startPostgres(15);
  const target = await Target.openPython(postgres, {
    sockets: SOCKETS,
    channel: 'bench_chosen',
    baseline: 'plain',
  });
  try {
    await target.connect();
    const asks: number[] = [];
    while (asks.length < ROUNDS) {
      asks.push(await count(target));
      progress(`${asks.at(-1)} asks for each of ${MESSAGES} messages`);
    }
    // Once for all pages together is what it has to be.
    return toRow(
      NAME,
      'asks',
      asks,
      asks.map(() => 1),
    );
  } finally {
    await target.stop();
    await postgres.stop();
  }
}

export const PYTHON_ASKS: Benchmark[] = [{ name: NAME, measure }];
