import { expect, it } from 'vitest';
import { Gathering } from '../../../sidecar/src/postgres/read/gathering.ts';

it('begins at once for who comes alone, and together for those who follow', async () => {
  const begun: string[] = [];
  // Nobody who is slow counts as alone.
  const gathering = new Gathering(() => 0);
  const begin = (name: string) =>
    gathering.begin(async () => {
      begun.push(name);
      return name;
    });
  const alone = begin('alone');
  expect(begun).toEqual(['alone']);
  const others = ['one', 'two', 'three'].map(begin);
  expect(begun).toEqual(['alone']);
  expect(await alone).toBe('alone');
  // One has waited: by then all have begun.
  expect(await others[0]).toBe('one');
  expect(begun).toEqual(['alone', 'one', 'two', 'three']);
  expect(await Promise.all(others)).toEqual(['one', 'two', 'three']);
});

it('tells each how its own went', async () => {
  const gathering = new Gathering();
  void gathering.begin(async () => undefined);
  const failed = gathering.begin(() => Promise.reject(new Error('not this one')));
  const other = gathering.begin(async () => 'another');
  await expect(failed).rejects.toThrow('not this one');
  expect(await other).toBe('another');
});
