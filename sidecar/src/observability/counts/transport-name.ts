/** How a page is connected. */
export type TransportName = 'websocket' | 'polling';

/** How many are connected in which way. */
export type ByTransport = Record<TransportName, number>;

/** @param name as Engine.IO calls it */
export function transportName(name: string): TransportName {
  return name === 'websocket' ? 'websocket' : 'polling';
}
