import type { Socket } from 'socket.io';
import { POSITION, RESYNC } from '../../protocol/events.ts';
import type { PagePositions } from '../../protocol/position.ts';
import type { AdapterRegistry } from '../api/adapter-registry.ts';
import type { Auth } from './auth.ts';
import type { Client } from './client/client.ts';
import { type FlowOptions, MessageFlow } from './reading/message-flow.ts';
import type { Resumption } from './reading/resumption.ts';
import { SocketCursors } from './reading/socket-cursors.ts';
import { Watching } from './reading/watching.ts';
import type { Post } from './sending/post.ts';

/** What a socket has once its session is known. */
export interface OpenedSocket {
  readonly client: Client;
  readonly cursors: SocketCursors;
  readonly flow: MessageFlow;
  readonly watching: Watching;
}

/** What it is made of. */
export interface OpeningOptions {
  readonly client: Client;
  readonly socket: Socket;
  readonly path: string;
  readonly said: Auth;
  readonly post: Post;
  readonly adapters: AdapterRegistry;
  readonly resumption: Resumption;
  readonly warn: FlowOptions['warn'];
}

/** Puts together what reads messages for a socket. */
export function openSocket(options: OpeningOptions): OpenedSocket {
  const { client, socket, path, said, post, adapters, resumption, warn } = options;
  const { gateway } = client;
  const send = (moved: PagePositions) => void socket.emit(POSITION, moved);
  const resync = (reason: string, channel: string | null) =>
    void socket.emit(RESYNC, channel === null ? { reason } : { reason, channel });
  const cursors = new SocketCursors({ gateway, send, resync }, said.positions);
  const flow = new MessageFlow({ socket, post, path, gateway, adapters, cursors, warn, resync });
  const watching = new Watching({ gateway, adapters, cursors, resumption });
  return { client, cursors, flow, watching };
}
