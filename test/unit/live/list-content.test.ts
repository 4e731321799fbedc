import { expect, it } from 'vitest';
import { contentOf, type ListRoot } from '../../../addon/web_live/src/lists/list-content.ts';

const ROOT: ListRoot = {
  ...{ domain: [['active', '=', true]], context: { lang: 'en_US' }, orderBy: [], offset: 0, limit: 80 },
  ...{ count: 2, isGrouped: false, config: { countLimit: 10_000 } },
  records: [
    { id: 'a', resId: 3 },
    { id: 'b', resId: 1 },
  ],
};

it('A list tells its records in their order, and what it was searched with', () => {
  const orderBy = [
    { name: 'sequence', asc: true },
    { name: '__count', asc: false },
    { name: 'id', asc: false },
  ];
  expect(contentOf({ ...ROOT, orderBy })).toEqual({
    ids: [3, 1],
    list: {
      ...{ domain: ROOT.domain, context: ROOT.context, order: 'sequence ASC, id DESC', offset: 0, limit: 80 },
      ...{ count_limit: 10_000, grouped: false, count: 2 },
    },
  });
});

it('A list that has stopped counting tells one more than its limit', () => {
  expect(contentOf({ ...ROOT, count: 10_000, hasLimitedCount: true }).list?.count).toBe(10_001);
});

it('A limit that stands for none is none', () => {
  const none = Number.MAX_SAFE_INTEGER;
  expect(contentOf({ ...ROOT, limit: none, config: { countLimit: none } }).list).toMatchObject({
    ...{ limit: null, count_limit: null },
  });
});

it('A list in groups tells how many records are in all of them', () => {
  const groups = [4, 5].map((count) => ({ id: `${count}`, value: count, count, list: { records: [] } }));
  expect(contentOf({ ...ROOT, isGrouped: true, groups }).list).toMatchObject({ grouped: true, count: 9 });
  expect(contentOf({ ...ROOT, isGrouped: true, groups, recordCount: 12 }).list?.count).toBe(12);
});
