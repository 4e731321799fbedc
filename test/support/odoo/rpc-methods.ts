type Call = readonly [method: string, args: readonly unknown[]];

const ONE = [[1]];

/** By which RPC reads and changes any model of Odoo, with arguments. @param isOwl of a series from 16.0 on */
export function rpcMethods(isOwl: boolean): readonly Call[] {
  return [...ALWAYS, ['web_search_read', isOwl ? [[], {}] : [[], ['id']]], ...(isOwl ? NEWER : [])];
}

const ALWAYS: readonly Call[] = [
  ['search', [[]]],
  ['search_read', [[]]],
  ['search_count', [[]]],
  ['read', ONE],
  ['exists', ONE],
  ['name_search', ['']],
  ['read_group', [[], ['id'], ['id']]],
  ['web_read_group', [[], ['id'], ['id']]],
  ['copy', ONE],
  ['create', [{}]],
  ['write', [[1], {}]],
  ['unlink', ONE],
];

const NEWER: readonly Call[] = [
  ['web_read', [[1], { display_name: {} }]],
  ['formatted_read_group', [[], ['id'], ['__count']]],
  ['search_fetch', [[], ['id']]],
];
