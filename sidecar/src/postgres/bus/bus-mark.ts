import type { Notification } from '../../bus/notification.ts';
import type { Queryable } from '../connect/pool.ts';
import { BusPosition } from './bus-position.ts';

/** The type of a mark's message, and the name of its channel. Nothing in Odoo's client listens to it. */
const TYPE = 'web_socketio_bus.position';
/** So the channel of a mark ends, whatever the database was called when it was written. */
export const MARK_END = `,"${TYPE}"]`;
/** Is a row called b a mark? */
export const IS_MARK = `right(b.channel, ${MARK_END.length}) = '${MARK_END}'`;

const INSERT = {
  name: 'web_socketio_bus_mark',
  text: `
SELECT web_socketio_bus_mark(payload)::text AS id
FROM unnest($1::text[]) WITH ORDINALITY AS position(payload, number) ORDER BY number`,
};

/**
 * Writes a mark for each position, in their order. When this resolves they are committed, and on the disk: without waiting
 * for that, a crash took back marks that browsers had, which got the last 50 seconds twice; and transactions that had been
 * seen, so that the database looked like an older one.
 */
export async function insertMarks(
  client: Queryable,
  positions: readonly BusPosition[],
): Promise<readonly Notification[]> {
  const { rows } = await client.query<{ id: string }>({
    ...INSERT,
    values: [positions.map(({ text }) => text)],
  });
  if (rows.length !== positions.length) throw new Error('web_socketio_bus_mark() returned nothing');
  return rows.map(({ id }) => ({
    id: Number(id),
    txid: null,
    channel: MARK_END,
    // Without the position: it is of no use to a browser.
    text: `{"id":${id},"message":{"type":"${TYPE}","payload":null}}`,
  }));
}

/** The position that a mark holds; null if somebody else has written it. @param message of its row */
export function positionOf(message: string): BusPosition | null {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  const payload = typeof value === 'object' && value !== null ? Reflect.get(value, 'payload') : null;
  return BusPosition.parse(JSON.stringify(payload ?? null));
}
