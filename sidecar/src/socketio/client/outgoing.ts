import { quote } from '../../api/error.ts';
import type { Values } from '../../api/message.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { type Broadcast, isEvent } from '../../delivery/broadcast.ts';
import { HandlerRun } from '../handlers/handler-run.ts';
import { checkNotifyArguments } from '../handlers/notify-arguments.ts';
import type { Client } from './client.ts';

/** A method of a model, with its arguments. */
export interface ModelCall {
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Values;
}

/** Sends an event to the sockets of a namespace in the page's database. @throws SocketIOError `event_invalid` */
export async function broadcast(client: Client, said: Broadcast): Promise<void> {
  if (!isEvent(said.event)) {
    throw new SidecarError(
      'event_invalid',
      `${quote(said.event)} cannot be broadcast as an event. Use a name of your own.`,
    );
  }
  await client.gateway.broadcast(said);
}

/** Sends a message to a channel of the page's database. @throws SocketIOError `channel_reserved`, `message_invalid` */
export async function notify({ gateway, session }: Client, channel: string, values: Values): Promise<void> {
  checkNotifyArguments(channel, values);
  await gateway.notify(channel, session.uid, values);
}

/** Calls a model as the page's user, once a proof that is due was given. */
export async function callModel(client: Client, call: ModelCall): Promise<unknown> {
  await client.proved;
  const run = HandlerRun.current();
  return await client.gateway.call({
    ...call,
    token: client.token,
    origin: client.origin,
    // Not every handler that goes on after the socket has gone: its session may be over.
    leaving: run?.leaving === true && !run.ended && run.signal.reason === null,
    uid: client.session.uid,
    context: client.session.context,
  });
}
