import { expect, it } from 'vitest';
import { idsOf, type RecordList, SameRecords } from '../../../addon/web_live/src/lists/same-records.ts';

let count = 0;

const record = (resId: number | false, selected = false) => {
  count += 1;
  return { id: `datapoint_${count}`, resId, selected };
};
const list = (...ids: number[]) => ({ records: ids.map((id) => record(id)) });

function grouped(groups: Record<string, number[]>): RecordList & { groups: ReturnType<typeof group>[] } {
  const made = Object.entries(groups).map(group);
  return { groups: made, records: made.flatMap((one) => one.list.records) };
}

function group([value, ids]: [string, number[]]) {
  count += 1;
  return { id: `group_${count}`, value, list: list(...ids) };
}

const idOf = ({ records }: RecordList, resId: number) => records.find((one) => one.resId === resId)?.id;

it('Records keep their ids and whether they are selected, wherever they stand', () => {
  const before = list(1, 2, 3);
  const [, second] = before.records;
  if (second) second.selected = true;
  const after = list(3, 4, 2);
  const fresh = idOf(after, 4);
  new SameRecords(before).giveTo(after, { withGroups: true });
  expect([2, 3].map((id) => idOf(after, id))).toEqual([2, 3].map((id) => idOf(before, id)));
  expect(idOf(after, 4)).toBe(fresh);
  expect(after.records.map(({ selected }) => selected)).toEqual([false, false, true]);
});

it('A record in another group keeps its id; one in several groups has one in each', () => {
  const before = grouped({ todo: [1, 2], done: [2] });
  const after = grouped({ todo: [2], doing: [1], done: [2] });
  new SameRecords(before).giveTo(after, { withGroups: true });
  const ids = after.groups.map((one) => one.list.records.map(({ id }) => id));
  const [todo, done] = before.groups.map((one) => one.list.records.map(({ id }) => id));
  expect(ids).toEqual([[todo?.[1]], [todo?.[0]], done]);
});

it('Groups keep their ids where they are drawn by them', () => {
  const before = grouped({ todo: [1], done: [] });
  const after = grouped({ todo: [1], done: [] });
  new SameRecords(before).giveTo(after, { withGroups: false });
  expect(after.groups[0]?.id).not.toBe(before.groups[0]?.id);
  new SameRecords(before).giveTo(after, { withGroups: true });
  expect(after.groups.map(({ id }) => id)).toEqual(before.groups.map(({ id }) => id));
});

it('A record that is not stored yet is nobody else, and has no id to tell', () => {
  const before = { records: [record(false)] };
  const after = { records: [record(false), record(1), record(1)] };
  const ids = after.records.map(({ id }) => id);
  new SameRecords(before).giveTo(after, { withGroups: true });
  expect(after.records.map(({ id }) => id)).toEqual(ids);
  expect(idsOf(after.records)).toEqual([1]);
});

it('What is shown otherwise or elsewhere has changed, what was not there is new; what the view leaves out has not', () => {
  const make = (names: Record<string, Record<number, string>>): RecordList => {
    const groups = Object.entries(names).map(([value, records]) => ({
      ...{ id: value, value },
      list: {
        records: Object.entries(records).map(([id, name]) => ({ ...record(Number(id)), data: { name } })),
      },
    }));
    return { groups, records: groups.flatMap(({ list }) => list.records) };
  };
  const before = make({ todo: { 1: 'Bread', 2: 'Coffee', 3: 'Tea' }, done: {} });
  const after = make({ todo: { 1: 'Bread', 2: 'Espresso', 4: 'Milk' }, done: { 3: 'Tea' } });
  const { changed, fresh } = new SameRecords(before).giveTo(after, { withGroups: true });
  expect([...changed].toSorted()).toEqual([2, 3]);
  expect([...fresh]).toEqual([4]);
});
