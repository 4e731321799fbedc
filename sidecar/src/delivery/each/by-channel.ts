import type { Message } from '../../api/message.ts';
import type { Arrival } from '../arrival.ts';

type OfChannel = readonly [channel: string, messages: readonly Message[]];

/** The messages of a read, by their channels, each in order. Most reads bring one message, or some of one channel: no table is made for them. */
export function byChannel(arrivals: readonly Arrival[]): Iterable<OfChannel> {
  const [first] = arrivals;
  if (first === undefined) return [];
  const { channel } = first.message;
  const isOne = arrivals.every(({ message }) => message.channel === channel);
  return isOne ? [[channel, arrivals.map(({ message }) => message)]] : group(arrivals);
}

function group(arrivals: readonly Arrival[]): Map<string, Message[]> {
  const channels = new Map<string, Message[]>();
  for (const { message } of arrivals) {
    const messages = channels.get(message.channel);
    if (messages === undefined) channels.set(message.channel, [message]);
    else messages.push(message);
  }
  return channels;
}
