import { valueError } from './fault.ts';

/** A condition of SQL with its parameters, which begin after those that are there already. */
export interface Condition {
  readonly text: string;
  readonly values: readonly unknown[];
}

type Compare = (field: string, parameter: string) => string;

/** What each operator is in SQL. A list is an array; `false` is the value of what is empty. */
const OPERATORS: Readonly<Record<string, Compare>> = {
  '=': (field, parameter) => `${field} IS NOT DISTINCT FROM ${parameter}`,
  '!=': (field, parameter) => `${field} IS DISTINCT FROM ${parameter}`,
  '<': (field, parameter) => `${field} < ${parameter}`,
  '<=': (field, parameter) => `${field} <= ${parameter}`,
  '>': (field, parameter) => `${field} > ${parameter}`,
  '>=': (field, parameter) => `${field} >= ${parameter}`,
  in: (field, parameter) => `${field} = ANY(${parameter})`,
  'not in': (field, parameter) => `${field} <> ALL(${parameter})`,
  like: (field, parameter) => `${field} LIKE '%' || ${parameter} || '%'`,
  ilike: (field, parameter) => `${field} ILIKE '%' || ${parameter} || '%'`,
};

/**
 * The condition of a domain such as `['|', ['login', '=', 'anna'], ['id', 'in', [1, 2]]]`.
 *
 * @param columns the column of each field, with its type in PostgreSQL
 * @throws Fault ValueError for a field, an operator or a form that does not exist
 */
export function compileDomain(domain: unknown, columns: ReadonlyMap<string, string>): Condition {
  if (!Array.isArray(domain)) throw valueError(`Domain() invalid item in domain: ${JSON.stringify(domain)}`);
  const values: unknown[] = [];
  const terms: unknown[] = [...domain];
  const next = (): string => {
    const term = terms.shift();
    if (term === '&') return `(${next()} AND ${next()})`;
    if (term === '|') return `(${next()} OR ${next()})`;
    if (term === '!') return `(NOT ${next()})`;
    if (!Array.isArray(term) || term.length !== 3) {
      throw valueError(`Domain() invalid item in domain: ${JSON.stringify(term)}`);
    }
    return compare(term[0], term[1], term[2]);
  };
  const compare = (field: unknown, operator: unknown, value: unknown): string => {
    const type = columns.get(String(field));
    if (type === undefined) throw valueError(`Invalid field in condition ('${field}', '${operator}')`);
    const make = OPERATORS[String(operator)];
    if (make === undefined) throw valueError(`Invalid operator in condition ('${field}', '${operator}')`);
    values.push(value === false && type !== 'boolean' ? null : value);
    const parameter = `$${values.length}::${type}${String(operator).endsWith('in') ? '[]' : ''}`;
    return make(`"${field}"`, parameter);
  };
  const conditions: string[] = [];
  while (terms.length > 0) conditions.push(next());
  return { text: conditions.length === 0 ? 'true' : conditions.join(' AND '), values };
}
