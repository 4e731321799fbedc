import { z } from 'zod';

/** A message that is wherever it was awaited, and when the last of its copies came, by `now()`. */
export const Arrival = z.object({ number: z.number(), at: z.number() });
export type Arrival = z.infer<typeof Arrival>;
