import { z } from 'zod';

/** What a page gets of Odoo's bus. */
export const BusNotification = z.object({
  id: z.number(),
  message: z.object({ type: z.string(), payload: z.unknown() }),
});
export type BusNotification = z.infer<typeof BusNotification>;

/** The sidecar's own: it holds how far the page has read, and nothing in a page listens to it. */
export const POSITION = 'web_socketio_bus.position';
