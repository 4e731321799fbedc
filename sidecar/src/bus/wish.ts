import type { Asker, BusAsk } from './bus-ask.ts';

/** What a socket wants of Odoo. A proof is the subscription that it has, once more, for the sake of the token. */
export type Wish =
  | {
      readonly kind: 'subscribe' | 'proof';
      readonly channels: readonly string[];
      readonly last: number;
    }
  | { readonly kind: 'event'; readonly name: string; readonly data: unknown; readonly bytes: number };

/** Of the cookie, the headers and the names. */
const USUAL_BYTES = 1_000;

/** @param token whether the session's token is wanted with it */
export function askOf(wish: Wish, asker: Asker, token: boolean): BusAsk {
  if (wish.kind === 'event') return { ...asker, kind: 'event', event_name: wish.name, data: wish.data };
  const { channels, last } = wish;
  return { ...asker, kind: 'subscribe', channels, last, token };
}

/** How long it is as JSON, roughly. */
export function bytesOf(wish: Wish): number {
  if (wish.kind === 'event') return USUAL_BYTES + wish.bytes;
  return wish.channels.reduce((sum, channel) => sum + channel.length + 3, USUAL_BYTES);
}
