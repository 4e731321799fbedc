import { z } from 'zod';
import { BadRequest } from '../../../sidecar/playground/openerp/json-rpc.ts';

const Ask = z.strictObject({
  kind: z.enum(['subscribe', 'event', 'closed']),
  cookie: z.string(),
  headers: z.record(z.string(), z.string()),
  first: z.boolean(),
  uid: z.number().nullable(),
  session: z.boolean().optional(),
  channels: z.unknown().optional(),
  last: z.unknown().optional(),
  token: z.boolean().optional(),
  event_name: z.string().optional(),
  data: z.unknown().optional(),
  credential: z.string().optional(),
});

/** What a sidecar asks Odoo for one bus socket. */
export type BusAsk = z.infer<typeof Ask>;

/** @throws BadRequest if it is none that a sidecar sends */
export function readAsk(ask: unknown): BusAsk {
  const { data, error } = Ask.safeParse(ask);
  if (data === undefined) throw new BadRequest(`An ask is wrong: ${error?.message}`);
  return data;
}
