import type { Socket } from 'socket.io';
import { FewMap } from '../../lib/few-map.ts';

type Acknowledge = (answer: unknown) => void;

/**
 * What Socket.IO calls when a client acknowledges an event, by the event's number: `acks` of a socket. It has no public way
 * to give two sockets the same number, as its own `broadcastWithAck` does, nor to forget one of a client that never
 * answers. Read in socket.io 4.8.4; `test/unit/socketio/mailing.test.ts` fails if it is elsewhere.
 */
function kept(socket: Socket): FewMap<number, Acknowledge> | Map<number, Acknowledge> | null {
  const acks: unknown = Reflect.get(socket, 'acks');
  return acks instanceof Map || acks instanceof FewMap ? acks : null;
}

/** Can events be awaited by numbers of our own? Else Socket.IO has to give each its number. */
export function takesNumbers(socket: Socket): boolean {
  return kept(socket) !== null;
}

/** Calls back when this socket acknowledges the event with that number. */
export function awaitAcknowledgement(socket: Socket, number: number, acknowledge: Acknowledge): void {
  kept(socket)?.set(number, acknowledge);
}

/** Socket.IO keeps what it would call for as long as the socket is there: some clients never answer. */
export function forgetAcknowledgement(socket: Socket, number: number): void {
  kept(socket)?.delete(number);
}
