import { expect, it } from 'vitest';
import { readDatabaseNames } from '../../../sidecar/src/config/values/database-names.ts';

it.each([
  ['mydb', ['mydb']],
  [' x', [' x']],
  ['x ', ['x ']],
  ['one,other', ['one', 'other']],
  ['one, other ,\nthird,', ['one', 'other', 'third']],
  ['one,one', ['one']],
  ['" x", mydb , "a,b"', [' x', 'mydb', 'a,b']],
  ['"say ""hello"""', ['say "hello"']],
  ['a"b', ['a"b']],
  ['"a"b,c', ['"a"b', 'c']],
  ['"open,x', ['"open', 'x']],
  ['', []],
  [' , ', []],
  ['  ', []],
])('reads %j as %j', (text, names) => {
  expect(readDatabaseNames(text)).toEqual(names);
});
