import type pg from 'pg';

/** The columns of a row, as PostgreSQL writes them as text. */
export type TextRow = readonly (string | null)[];

/** The text of a column that is never null. */
export function textOf(column: string | null | undefined): string {
  if (typeof column !== 'string') throw new Error('PostgreSQL gave no value for a column that has one.');
  return column;
}

/** A connection, or one that a pool has lent. */
export interface StatementClient {
  query<T extends pg.Submittable>(execution: T): T;
}

/**
 * A statement that runs for each message: PostgreSQL keeps it by its name, parameters and columns are text, and nobody asks
 * what the columns are. A query of `pg` describes and converts anew each time: in a process that had nothing to do for a
 * moment, 0.2 ms passed before it was sent, and 0.03 this way.
 *
 * It is what `pg` calls a Submittable, as pg-cursor is one.
 */
export class Statement {
  readonly name: string;
  readonly text: string;
  /** The connections that know it. */
  readonly #known = new WeakSet<pg.Connection>();

  /** @param name no other statement of a connection has it */
  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /**
   * @param values of its parameters
   * @throws what a query of `pg` throws
   */
  run(client: StatementClient, values: TextRow): Promise<TextRow[]> {
    return new Promise((resolve, reject) => {
      client.query(new Execution(this, this.#known, values, resolve, reject));
    });
  }
}

/** One execution. `pg` calls it with what the server answers. */
class Execution implements pg.Submittable {
  /** Around which `pg` puts its time limit. */
  callback: (error: unknown) => void;
  readonly #statement: Statement;
  readonly #known: WeakSet<pg.Connection>;
  readonly #values: TextRow;
  readonly #rows: TextRow[] = [];

  constructor(
    statement: Statement,
    known: WeakSet<pg.Connection>,
    values: TextRow,
    resolve: (rows: TextRow[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#statement = statement;
    this.#known = known;
    this.#values = values;
    this.callback = (error) => (error === null ? resolve(this.#rows) : reject(error));
  }

  submit(connection: pg.Connection): void {
    const { name, text } = this.#statement;
    // One packet.
    connection.stream.cork();
    if (!this.#known.has(connection)) {
      // After an error nobody knows whether it is there; what is not there may be closed.
      connection.close({ type: 'S', name }, true);
      connection.parse({ name, text, types: [] }, true);
    }
    connection.bind({ statement: name, values: [...this.#values] }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: TextRow }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(connection: pg.Connection): void {
    this.#known.add(connection);
    this.callback(null);
  }

  /** Also if its plan no longer fits the table: it is made anew. */
  handleError(error: unknown, connection: pg.Connection): void {
    this.#known.delete(connection);
    this.callback(error);
  }
}
