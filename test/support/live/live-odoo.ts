import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { startHttp } from '../network/http-server.ts';
import { sha256 } from '../postgres/catalog/database-schema.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

/** A record, and who may not read it. */
interface StoredRecord {
  readonly values: Readonly<Record<string, unknown>>;
  readonly hiddenFrom: readonly number[];
}

const Condition = z.tuple([z.string(), z.literal('='), z.unknown()]);
const Context = z.record(z.string(), z.unknown());
const View = z.object({
  model: z.string(),
  domain: z.array(Condition),
  context: Context,
  order: z.string(),
  offset: z.number(),
  limit: z.number().nullable(),
  count_limit: z.number().nullable(),
  grouped: z.boolean(),
  ids: z.array(z.number()),
  count: z.number(),
  changed: z.array(z.number()).nullable(),
});
/** What `web_live.view.differ` is asked about one view. */
export type DifferView = z.infer<typeof View>;

const Call = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('open_view'),
    args: z.tuple([z.string(), z.array(z.number()), Context.nullish()]),
  }),
  z.object({ method: z.literal('differ'), args: z.tuple([z.array(View)]) }),
]);

/** A call of a model, by whom. */
export interface LiveCall {
  readonly uid: number;
  readonly method: string;
  readonly views: readonly DifferView[];
  /** Of the view that it is about. */
  readonly context: Readonly<Record<string, unknown>> | null;
}

/**
 * An Odoo that has nothing but records in memory, and for them what `addon/web_live/odoo17/web_live_view.py` does: `open_view`
 * says what a user may read, `differ` whether a list would show something else. `test/odoo19/live` runs the real one.
 */
export class LiveOdoo {
  readonly url: string;
  readonly asked: LiveCall[] = [];
  readonly #models = new Map<string, Map<number, StoredRecord>>();
  readonly #users = new Map<string, number>();
  /** Awaited before each answer. */
  before: (call: LiveCall) => Promise<unknown> | undefined = () => undefined;
  /** What becomes of the next requests instead of an answer. */
  readonly faults: ((response: ServerResponse) => unknown)[] = [];

  private constructor(url: string) {
    this.url = url;
  }

  /** @param database whose tokens say who asks */
  static async start(database: TestDatabase): Promise<LiveOdoo> {
    const url = await startHttp(async (request, response) => {
      if (request.method !== 'POST') return void response.end();
      const fault = odoo.faults.shift();
      if (fault !== undefined) return void fault(response);
      const { credential, call } = JSON.parse(Buffer.concat(await request.toArray()).toString());
      const result = await odoo.#answer(database, String(credential), JSON.parse(call));
      response.end(JSON.stringify({ result }));
    });
    const odoo = new LiveOdoo(url);
    return odoo;
  }

  /** Its users' pages may show this record from now on. */
  put(
    model: string,
    id: number,
    values: StoredRecord['values'] = {},
    hiddenFrom: readonly number[] = [],
  ): void {
    const records = this.#models.get(model) ?? new Map<number, StoredRecord>();
    this.#models.set(model, records.set(id, { values, hiddenFrom }));
  }

  delete(model: string, id: number): void {
    this.#models.get(model)?.delete(id);
  }

  /** What it was asked about lists since it was asked so last. */
  takeDiffers(): LiveCall[] {
    const differs = this.asked.filter(({ method }) => method === 'differ');
    this.asked.length = 0;
    return differs;
  }

  async #answer(database: TestDatabase, credential: string, sent: unknown): Promise<unknown> {
    const parsed = Call.parse(sent);
    const uid = await this.#userOf(database, credential.split('.')[0] ?? '');
    const call =
      parsed.method === 'differ'
        ? { uid, method: parsed.method, views: parsed.args[0], context: null }
        : { uid, method: parsed.method, views: [], context: parsed.args[2] ?? null };
    this.asked.push(call);
    await this.before(call);
    if (parsed.method === 'differ') return parsed.args[0].map((view) => this.#differs(uid, view));
    const [model, ids] = parsed.args;
    const readable = this.#readable(uid, model);
    return { live: this.#models.has(model), ids: ids.filter((id) => readable.includes(id)) };
  }

  /** Asked once for each token: how long a list has to wait follows how long the answers take. */
  async #userOf(database: TestDatabase, token: string): Promise<number> {
    const known = this.#users.get(token);
    if (known !== undefined) return known;
    const [row] = await database.query<{ uid: number }>(
      'SELECT uid FROM web_socketio_session WHERE token_sha256 = $1',
      [sha256(token)],
    );
    const uid = row?.uid ?? 0;
    this.#users.set(token, uid);
    return uid;
  }

  #differs(uid: number, { model, domain, offset, limit, ids, count, changed }: DifferView): boolean {
    const found = this.#readable(uid, model).filter((id) =>
      domain.every(([name, , value]) => this.#models.get(model)?.get(id)?.values[name] === value),
    );
    if (changed !== null && !changed.some((id) => found.includes(id)) && found.length === count) return false;
    const window = found.slice(offset, limit === null ? undefined : offset + limit);
    return found.length !== count || window.join() !== ids.join();
  }

  #readable(uid: number, model: string): number[] {
    return [...(this.#models.get(model) ?? [])]
      .filter(([, { hiddenFrom }]) => !hiddenFrom.includes(uid))
      .map(([id]) => id)
      .sort((a, b) => a - b);
  }
}
