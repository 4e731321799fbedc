/** Reads fields of records by their ids, as the page's user. */
export type ReadRecords = (
  model: string,
  ids: readonly number[],
  fields: readonly string[],
) => Promise<unknown>;

/** The names of users, as far as the page's own user may read them; each is asked for once, unless Odoo could not answer. */
export class Names {
  readonly #read: ReadRecords;
  readonly #known = new Map<number, Promise<string | undefined>>();

  constructor(read: ReadRecords) {
    this.#read = read;
  }

  of(uid: number): Promise<string | undefined> {
    const known = this.#known.get(uid) ?? this.#ask(uid);
    this.#known.set(uid, known);
    return known;
  }

  async #ask(uid: number): Promise<string | undefined> {
    try {
      return nameIn(await this.#read('res.users', [uid], ['name']));
    } catch (error) {
      // Odoo may be away for a moment.
      if (!isRefused(error)) this.#known.delete(uid);
      return undefined;
    }
  }
}

/** A rule hides that user from this one, or there is no such user. */
function isRefused(error: unknown): boolean {
  const name: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'exceptionName') : undefined;
  return name === 'odoo.exceptions.AccessError' || name === 'odoo.exceptions.MissingError';
}

function nameIn(rows: unknown): string | undefined {
  const [row]: unknown[] = Array.isArray(rows) ? rows : [];
  const name: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'name') : undefined;
  return typeof name === 'string' ? name : undefined;
}
