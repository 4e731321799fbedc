import pg from 'pg';
import { z } from 'zod';
import type { Odoo } from '../odoo/odoo.ts';
import type { OdooUser } from '../odoo/odoo-session.ts';
import type { PostgresAddress } from '../postgres/postgres.ts';

const MODEL = 'web_socketio_test.discuss';
const Guest = z.object({ id: z.number(), cookie: z.string() });
export type Guest = z.infer<typeof Guest>;

let channels = 0;

/** A name that no other test uses. */
export function newChannel(): string {
  channels += 1;
  return `channel ${channels}`;
}

/** What sends on the bus of a real Odoo; needs the addon `web_socketio_test_discuss`. */
export class BusSender {
  readonly #odoo: Odoo;
  readonly #postgres: PostgresAddress;

  constructor(odoo: Odoo, postgres: PostgresAddress) {
    this.#odoo = odoo;
    this.#postgres = postgres;
  }

  /** To a channel that has a text for its name. @returns the last id before it */
  async send(channel: string, type: string, payload: unknown = null): Promise<number> {
    return z.number().parse(await this.#call('send', channel, type, payload));
  }

  /** To the channel of a record. */
  async sendTo(
    model: string,
    id: number,
    type: string,
    payload: unknown = null,
    subchannel: string | null = null,
  ): Promise<void> {
    await this.#call('send_to', model, id, type, payload, subchannel);
  }

  /** The id of the last notification. */
  async lastId(): Promise<number> {
    return z.number().parse(await this.#call('last_id'));
  }

  /** As Odoo does when a page says for how many milliseconds nobody has touched it. */
  async updatePresence(model: string, id: number, inactivity = 0): Promise<void> {
    await this.#call('update_presence', model, id, inactivity);
  }

  async forgetPresences(): Promise<void> {
    await this.#call('forget_presences');
  }

  async vacuumPresences(): Promise<void> {
    await this.#call('vacuum_presences');
  }

  async makeGuest(name: string): Promise<Guest> {
    return Guest.parse(await this.#call('make_guest', name));
  }

  async presenceToken(model: string, id: number): Promise<string> {
    return z.string().parse(await this.#call('presence_token', model, id));
  }

  /** Has a background job of Odoo run that Python soon. */
  async runInBackground(code: string): Promise<void> {
    await this.#call('run_in_background', code);
  }

  async partnerOf({ uid }: OdooUser): Promise<number> {
    const [row] = await this.#odoo.sql('SELECT partner_id FROM res_users WHERE id = $1', [uid]);
    return z.number().parse(row?.['partner_id']);
  }

  /** A transaction that has sent to a channel, and is still open. */
  async begin(channel: string, type: string): Promise<{ commit(): Promise<void> }> {
    const client = await this.#connect(this.#odoo.database);
    const text = JSON.stringify([this.#odoo.database, channel]);
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO bus_bus (create_date, write_date, channel, message)
       VALUES (now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', $1, $2)`,
      [text, JSON.stringify({ type, payload: null })],
    );
    const commit = async () => {
      await client.query('COMMIT');
      await client.end();
      // Odoo's own wake-up.
      const other = await this.#connect('postgres');
      await other.query("SELECT pg_notify('imbus', $1)", [`[${text}]`]);
      await other.end();
    };
    return { commit };
  }

  async #connect(database: string): Promise<pg.Client> {
    const { host, port, user, password } = this.#postgres;
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    return client;
  }

  #call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#odoo.execute(this.#odoo.admin, MODEL, method, args);
  }
}
