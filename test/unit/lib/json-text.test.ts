import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { keepText, keptText } from '../../../sidecar/src/lib/json-text.ts';

const TEXT = '{"lines":[{"id":1}]}';
const keep = () => keepText(JSON.parse(TEXT), TEXT);

it('an object whose JSON is kept cannot be changed, down to the last of its lists', () => {
  const values = keep();
  expect(keptText(values)).toBe(TEXT);
  expect(() => {
    values.more = true;
  }).toThrow(TypeError);
  expect(() => values.lines[0].id++).toThrow(TypeError);
});

it('nobody sees that its JSON is kept', () => {
  const values = keep();
  expect(JSON.stringify(values)).toBe(TEXT);
  expect(inspect(values)).toBe(inspect(JSON.parse(TEXT)));
  expect(values).toStrictEqual(JSON.parse(TEXT));
});

it.each([
  ['a copy', (values: object) => ({ ...values, more: true })],
  ['a structured clone', (values: object) => structuredClone(values)],
  ['an object that inherits from it', (values: object) => Object.create(values, { more: { value: true } })],
])('%s is encoded anew, since it may be another one', (_, make) => {
  expect(keptText(make(keep()))).toBeUndefined();
});
