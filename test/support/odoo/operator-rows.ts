import type { Odoo } from './odoo.ts';

const FIRST = ['Anna', 'Ben', 'Carla', 'Dora', 'Emil', 'Frida', 'Gustav', 'Hanna', 'Ida', 'Jonas'];
const LAST = [
  'Ahlers',
  'Brandt',
  'Christiansen',
  'Diehl',
  'Engel',
  'Fischer',
  'Gross',
  'Hoffmann',
  'Iversen',
  'Jung',
];

/** Users by SQL, as many as are wanted: by RPC each takes a quarter of a second. @returns their ids */
export async function addUsers(odoo: Odoo, count: number): Promise<number[]> {
  const names = Array.from(
    { length: count },
    (_, index) => `${FIRST[index % 10]} ${LAST[Math.floor(index / 10) % 10]} ${index + 1}`,
  );
  const rows = await odoo.sql(
    `WITH partner AS (
       INSERT INTO res_partner (name, active, type, email)
       SELECT name, true, 'contact', 'user' || place || '@example.com'
       FROM unnest($1::text[]) WITH ORDINALITY AS wanted(name, place) RETURNING id, name
     )
     INSERT INTO res_users (login, active, company_id, partner_id, share)
     SELECT 'stand_in_' || id, true, 1, id, false FROM partner RETURNING id`,
    [names],
  );
  return rows.map(({ id }) => Number(id)).sort((one, other) => one - other);
}

/** The row of a sidecar that there is not, with so many pages of these users. */
export async function addStatus(
  odoo: Odoo,
  at: string,
  users: readonly number[],
  pages: number,
): Promise<void> {
  const channels = {
    'sale.order.changed': ['each', 212],
    'stock.picking.ready': ['each', 37],
    'mail.outgoing': ['queue', 18],
    'warehouse.print': ['queue', 4],
    'shop.visitor': [null, 3],
  };
  const share = users.map(
    (_, index) => Math.floor(pages / users.length) + (index < pages % users.length ? 1 : 0),
  );
  const pollings = share.map((count, index) => (index % 9 === 0 ? Math.min(count, 1) : 0));
  await odoo.sql(
    `INSERT INTO web_socketio_status (id, version, started, seen, due, report, user_ids, web_sockets, pollings, latencies)
     VALUES (gen_random_uuid(), '0.1.0', now() - interval '9 days', now(), now() + interval '1 day', $1, $2, $3, $4, $5)`,
    [
      JSON.stringify({ at, bus: 12, workers: 1, channels }),
      users,
      share.map((count, index) => count - (pollings[index] ?? 0)),
      pollings,
      users.map((_, index) => (index % 9 === 0 ? 0 : 8 + ((index * 37) % 240))),
    ],
  );
}

/** Messages of queues, the oldest first: dead ones, and some that wait. @param text what each says */
export async function addQueueMessages(
  odoo: Odoo,
  uids: readonly number[],
  dead: number,
  text: string,
): Promise<void> {
  const values = JSON.stringify({ text });
  await odoo.sql(
    `INSERT INTO web_socketio_message (channel, uid, date, attempts, dead, "values")
     SELECT CASE place % 3 WHEN 0 THEN 'warehouse.print' ELSE 'mail.outgoing' END, ($1::int[])[1 + place % 5],
       (now() AT TIME ZONE 'UTC') - (60 - place) * interval '7 minutes', 5, now() - (30 - place) * interval '5 minutes',
       $3
     FROM generate_series(1, $2) AS place`,
    [uids, dead, values],
  );
  await odoo.sql(
    `INSERT INTO web_socketio_message (channel, uid, "values")
     SELECT 'mail.outgoing', $1, $2 FROM generate_series(1, 12)`,
    [uids[0], values],
  );
}
