import { expect, it } from 'vitest';
import type { PageRecord } from '../fleet/page-record.ts';
import { countEach, countQueue, expectOrder, expectWhole } from './tally.ts';

function pageWith(...ids: string[]): PageRecord {
  const showings = ids.map((id) => ({ id, print: '', at: 0, ok: true }));
  return {
    shown: { each: showings, queue: showings, flood: [] },
    resyncs: [],
    disconnects: [],
    reports: [],
    fetches: 0,
  };
}

it('counts copies that were lost, came twice, or were never sent', () => {
  const counts = countEach(['1', '2'], [pageWith('1', '2'), pageWith('1', '1', '3')], 'each');
  expect(counts).toEqual({
    sent: 4,
    delivered: 3,
    duplicated: 1,
    lost: 1,
    invented: 1,
    shownTwice: 0,
  });
});

it('tells what was shown twice from what was confirmed twice', () => {
  const counts = countQueue(['1', '2', '3'], [pageWith('1', '2'), pageWith('2')], ['3'], ['1', '1', '2']);
  expect(counts).toEqual({
    sent: 3,
    delivered: 2,
    duplicated: 1,
    lost: 1,
    invented: 0,
    shownTwice: 1,
  });
});

it('counts as lost what was shown but never left its queue, and what left it without being shown', () => {
  expect(countQueue(['1', '2'], [pageWith('1')], ['1'], [])).toMatchObject({ delivered: 0, lost: 2 });
});

it.each(['duplicated', 'lost', 'invented'])('fails a case with one message %s', (field) => {
  const good = countEach(['1'], [pageWith('1')], 'each');
  expectWhole(good);
  expect(() => expectWhole({ ...good, [field]: 1 })).toThrow();
});

it('fails where nothing was sent, and where the order is another', () => {
  expect(() => expectWhole(countEach([], [], 'each'))).toThrow();
  expectOrder([pageWith('9', '10')], 'each');
  expect(() => expectOrder([pageWith('10', '9')], 'each')).toThrow();
});
