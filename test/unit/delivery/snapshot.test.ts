import { expect, it } from 'vitest';
import { Snapshot } from '../../../sidecar/src/delivery/each/log/snapshot.ts';

function parse(text: string): Snapshot {
  const snapshot = Snapshot.parse(text);
  if (snapshot === null) throw new Error(`${text} was not parsed.`);
  return snapshot;
}

it('sees what had ended, and neither what was open nor what came later', () => {
  const snapshot = parse('10:20:10,15');
  expect([9n, 10n, 11n, 15n, 19n, 20n, 21n].map((txid) => snapshot.sees(txid))).toEqual([
    ...[true, false, true, false, true, false, false],
  ]);
});

it.each([
  ['10:20:10', '10:20:10,15', true],
  ['10:20:10,15', '10:20:10', false],
  ['21:21:', '10:20:10,15', true],
  ['10:20:10', '21:21:', false],
  ['10:30:10', '10:20:10,15', true],
  // 15 had ended before, and is open here: these are not of one server.
  ['15:30:15', '10:20:10', false],
])('%s includes %s: %s', (one, other, expected) => {
  expect(parse(one).includes(parse(other))).toBe(expected);
});

it.each([
  '',
  'now',
  '10:20',
  '10:20:x',
  '20:10:',
  '10:20:5',
  '10:20:20',
  '0:5:',
  '1:2:1,',
  "1:2:'; DROP TABLE",
  '-1:2:',
  `1:${'9'.repeat(20)}:`,
  '10:20:15,12',
  '10:20:15,15',
  `1:9:${'2,'.repeat(20_000)}3`,
])('takes %j, which comes from outside, for no snapshot', (text) => {
  expect(Snapshot.parse(text)).toBeNull();
});
