import { expect, it } from 'vitest';
import { BusPosition } from '../../../sidecar/src/postgres/bus/bus-position.ts';
import { MissedAnswers } from '../../../sidecar/src/postgres/bus/missed-answer.ts';
import { receivedUpto } from '../../../sidecar/src/postgres/bus/received.ts';

it('gives a page that was away for long all of 200,000 rows', () => {
  const channel = '["db","broadcast"]';
  const rows = Array.from({ length: 200_000 }, (_, index) => {
    const id = index + 2;
    return {
      id,
      txid: BigInt(id),
      isRecent: false,
      row: { id: String(id), txid: String(id), channel, message: '{}' },
    };
  });
  const upto = BusPosition.of('300000:300000:', '300000:300000:', null);
  const answers = new MissedAnswers(new Map([[channel, rows]]), () => undefined);
  const missed = { last: 1, channels: new Set([channel]), again: false };
  const { notifications, needsMark } = answers.answer({ missed, upto }, receivedUpto(1n, 1));
  expect(notifications).toHaveLength(200_000);
  expect(needsMark).toBe(false);
});
