import { expect, it } from 'vitest';
import { ageOf } from '../../../addon/web_live/src/forms/age.ts';
import { reactionTo } from '../../../addon/web_live/src/forms/reaction.ts';
import { changedFields, textsOf } from '../../../addon/web_live/src/page/field-texts.ts';

const CLEAN = { isDirty: false, isOwn: false };

it('A form without changes loads its record; one with changes tells its user', () => {
  expect(reactionTo('write', CLEAN)).toBe('load');
  expect(reactionTo('many', CLEAN)).toBe('load');
  expect(reactionTo('write', { ...CLEAN, isDirty: true })).toBe('tell');
  expect(reactionTo('many', { ...CLEAN, isDirty: true })).toBe('tell');
});

it('What the page has just saved itself is no news to a form with further changes', () => {
  expect(reactionTo('write', { isDirty: true, isOwn: true })).toBe('load');
  expect(reactionTo('write', { isDirty: false, isOwn: true })).toBe('load');
});

it('A record that somebody else deleted is gone, with changes or without', () => {
  expect(reactionTo('unlink', CLEAN)).toBe('gone');
  expect(reactionTo('unlink', { ...CLEAN, isDirty: true })).toBe('gone');
  expect(reactionTo('unlink', { ...CLEAN, isOwn: true })).toBe('check');
});

it('Ages are told in the largest whole unit', () => {
  expect([0.9, 59.9, 60, 119, 3_600, 90_000].map(ageOf)).toEqual([
    { count: 0, unit: 'seconds' },
    { count: 59, unit: 'seconds' },
    { count: 1, unit: 'minutes' },
    { count: 1, unit: 'minutes' },
    { count: 1, unit: 'hours' },
    { count: 25, unit: 'hours' },
  ]);
});

it('Fields differ by their values, also dates and lists of records', () => {
  const date = (text: string) => ({ toISO: () => text });
  const lines = (...currentIds: number[]) => {
    const list = { currentIds, record: {} };
    // As in Odoo, it refers to what it belongs to.
    list.record = { lines: list };
    return list;
  };
  const before = textsOf({
    ...{
      name: 'Bread',
      count: 1,
      day: date('2026-01-01'),
      lines: lines(1, 2),
      partner: { id: 7 },
      note: false,
    },
  });
  const after = textsOf({
    ...{
      name: 'Bread',
      count: '1',
      day: date('2026-01-02'),
      lines: lines(1, 2, 3),
      partner: { id: 7 },
      note: '',
    },
  });
  expect(changedFields(before, after)).toEqual(['count', 'day', 'lines', 'note']);
  expect(changedFields(before, before)).toEqual([]);
});
