import { compileDomain } from './domain.ts';
import { accessError, missingError, valueError } from './fault.ts';
import { isObject } from './json-rpc.ts';
import { type Arguments, type Environment, type Method, type Model, toIds } from './model.ts';

export type Operation = 'read' | 'write' | 'create' | 'unlink';
type Values = Readonly<Record<string, unknown>>;

/** A model whose records are the rows of a table. */
export interface TableOptions {
  /** Such as `res.users`. */
  readonly name: string;
  /** The columns that are fields, with their types in PostgreSQL. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that can be written, besides those. */
  readonly secrets?: readonly string[];
  /** May this user do that, with these records and these fields? */
  allows(env: Environment, operation: Operation, ids: readonly number[], fields: readonly string[]): boolean;
  /** Of records, unless a search asks for another one; `id` without it. */
  readonly order?: string;
  /** What new rows have besides what was given. */
  defaults?(env: Environment): Values;
  readonly methods?: (table: TableModel) => Readonly<Record<string, Method>>;
  readonly internal?: readonly string[];
}

/** As much of OpenERP's ORM as server modules use, on one table. */
export class TableModel implements Model {
  readonly name: string;
  readonly methods: Readonly<Record<string, Method>>;
  readonly internal: readonly string[];
  readonly #options: TableOptions;
  readonly #columns: ReadonlyMap<string, string>;
  readonly #table: string;

  constructor(options: TableOptions) {
    this.name = options.name;
    this.#options = options;
    this.#columns = new Map(Object.entries(options.columns));
    this.#table = options.name.replaceAll('.', '_');
    this.internal = options.internal ?? [];
    const method = (parameters: string, run: Method['run']) => ({ parameters: parameters.split(' '), run });
    this.methods = {
      search: method('domain offset limit order', (env, args) => this.search(env, args)),
      search_count: method('domain limit', async (env, args) => (await this.search(env, args)).length),
      search_read: method('domain fields offset limit order', async (env, args) =>
        this.read(env, await this.search(env, args), args['fields']),
      ),
      read: method('ids fields load', (env, { ids, fields }) => this.read(env, toIds(ids), fields)),
      write: method('ids vals', (env, { ids, vals }) => this.write(env, toIds(ids), vals)),
      create: method('vals_list', (env, args) => this.create(env, args['vals_list'])),
      unlink: method('ids', (env, { ids }) => this.unlink(env, toIds(ids))),
      action_archive: method('ids', async (env, { ids }) => {
        await this.write(env, toIds(ids), { active: false });
      }),
      action_unarchive: method('ids', async (env, { ids }) => {
        await this.write(env, toIds(ids), { active: true });
      }),
      ...options.methods?.(this),
    };
  }

  /** @throws Fault AccessError */
  check(env: Environment, operation: Operation, ids: readonly number[] = [], fields: string[] = []): void {
    if (this.#options.allows(env, operation, ids, fields)) return;
    throw accessError(`You are not allowed to ${operation} '${this.name}' records.`);
  }

  async search(env: Environment, { domain = [], offset, limit, order }: Arguments): Promise<number[]> {
    this.check(env, 'read');
    const { text, values } = compileDomain(domain, this.#columns);
    const isActiveOnly = this.#columns.has('active') && !text.includes('"active"');
    const conditions = [text];
    if (isActiveOnly && env.context['active_test'] !== false) conditions.push('active');
    const { rows } = await env.client.query<{ id: number }>(
      `SELECT id FROM ${this.#table} WHERE ${conditions.join(' AND ')}
       ORDER BY ${this.#order(order)} OFFSET ${toCount(offset) ?? 0} LIMIT ${toCount(limit) ?? 'ALL'}`,
      [...values],
    );
    return rows.map(({ id }) => id);
  }

  /** The records in the order of the ids; those that do not exist are left out, as Odoo does. */
  async read(env: Environment, ids: readonly number[], fields: unknown): Promise<Values[]> {
    this.check(env, 'read', ids);
    const names = Array.isArray(fields) && fields.length > 0 ? fields.map(String) : [...this.#columns.keys()];
    for (const name of names) this.#checkField(name);
    return (await this.rows(env, ids)).map((row) =>
      Object.fromEntries(['id', ...names].map((name) => [name, row[name] === null ? false : row[name]])),
    );
  }

  async write(env: Environment, ids: readonly number[], vals: unknown): Promise<true> {
    const values = this.#values(vals);
    this.check(env, 'write', ids, Object.keys(values));
    await this.#checkExistence(env, ids);
    const assignments = Object.keys(values).map(
      (name, index) => `"${name}" = ${this.#place(name, index + 2)}`,
    );
    if (assignments.length > 0) {
      const text = `UPDATE ${this.#table} SET ${assignments.join(', ')} WHERE id = ANY($1)`;
      await env.client.query(text, [ids, ...Object.values(values)]);
    }
    return true;
  }

  /** @returns the id of the record, or those of a list */
  async create(env: Environment, list: unknown): Promise<number | number[]> {
    if (Array.isArray(list)) {
      const ids: number[] = [];
      for (const vals of list) ids.push(await this.#insert(env, vals));
      return ids;
    }
    return await this.#insert(env, list);
  }

  async unlink(env: Environment, ids: readonly number[]): Promise<true> {
    this.check(env, 'unlink', ids);
    await this.#checkExistence(env, ids);
    await env.client.query(`DELETE FROM ${this.#table} WHERE id = ANY($1)`, [ids]);
    return true;
  }

  /** The rows of these ids, in their order, secrets included. */
  async rows(env: Environment, ids: readonly number[]): Promise<Values[]> {
    const { rows } = await env.client.query<Record<string, unknown>>(
      `SELECT * FROM ${this.#table} WHERE id = ANY($1) ORDER BY array_position($1, id)`,
      [ids],
    );
    return rows;
  }

  async #insert(env: Environment, vals: unknown): Promise<number> {
    const values = { ...this.#options.defaults?.(env), ...this.#values(vals) };
    this.check(env, 'create', [], Object.keys(values));
    const names = Object.keys(values).map((name) => `"${name}"`);
    const places = Object.keys(values).map((name, index) => this.#place(name, index + 1));
    const { rows } = await env.client.query<{ id: number }>(
      `INSERT INTO ${this.#table} (${names.join(', ')}) VALUES (${places.join(', ')}) RETURNING id`,
      Object.values(values),
    );
    return rows[0]?.id ?? 0;
  }

  async #checkExistence(env: Environment, ids: readonly number[]): Promise<void> {
    const found = (await this.rows(env, ids)).map(({ id }) => id);
    const missing = ids.filter((id) => !found.includes(id));
    if (missing.length > 0) throw missingError(this.name, missing);
  }

  #values(vals: unknown): Values {
    if (!isObject(vals)) throw valueError(`${JSON.stringify(vals)} are no values`);
    return Object.fromEntries(
      Object.entries(vals).map(([name, value]) => {
        if (!this.#options.secrets?.includes(name)) this.#checkField(name);
        const type = this.#columns.get(name);
        if (type === 'integer[]') return [name, toLinks(value)];
        return [name, value === false && type !== 'boolean' ? null : value];
      }),
    );
  }

  /** A parameter of SQL; users that a record links to are kept in the order in which Odoo shows them. */
  #place(name: string, index: number): string {
    if (this.#columns.get(name) !== 'integer[]') return `$${index}`;
    return `ARRAY(SELECT id FROM res_users WHERE id = ANY($${index}::integer[]) ORDER BY name, login)`;
  }

  #checkField(name: string): void {
    if (!this.#columns.has(name)) throw valueError(`Invalid field '${name}' on '${this.name}'`);
  }

  #order(order: unknown): string {
    if (typeof order !== 'string' || order === '') return this.#options.order ?? 'id';
    return order
      .split(',')
      .map((part) => {
        const [, name = '', direction = ''] = /^\s*(\w+)(\s+(?:asc|desc))?\s*$/i.exec(part) ?? [];
        this.#checkField(name);
        return `"${name}"${direction}`;
      })
      .join(', ');
  }
}

function toCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : undefined;
}

/** The ids of a many2many's commands: `[[6, 0, [1, 2]]]`, `[[4, 1]]`, or the ids themselves. */
function toLinks(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const ids = value.flatMap((command) => {
    if (!Array.isArray(command)) return toIds(command);
    return command[0] === 6 ? toIds(command[2]) : command[0] === 4 ? toIds(command[1]) : [];
  });
  return [...new Set(ids)];
}
