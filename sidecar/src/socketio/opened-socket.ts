import type { Socket } from 'socket.io';
import { POSITION, RESYNC } from '../../protocol/events.ts';
import type { PagePositions } from '../../protocol/position.ts';
import type { AdapterRegistry } from '../api/adapter-registry.ts';
import type { Positions } from '../delivery/each/position.ts';
import type { Client } from './client/client.ts';
import { sendTogether } from './connection/lean-connections.ts';
import type { Gateway } from './gateway.ts';
import { type FlowOptions, MessageFlow } from './reading/message-flow.ts';
import type { Resumption } from './reading/resumption.ts';
import { type CursorsOwner, SocketCursors } from './reading/socket-cursors.ts';
import { Watching, type WatchingOptions } from './reading/watching.ts';
import type { Post } from './sending/post.ts';

/** What it is made of. */
export interface OpeningOptions {
  readonly client: Client;
  readonly socket: Socket;
  readonly path: string;
  /** How far the page had read; null if it keeps no positions. */
  readonly positions: Positions | null;
  readonly post: Post;
  readonly adapters: AdapterRegistry;
  readonly resumption: Resumption;
  readonly report: FlowOptions['report'];
}

/**
 * What a socket has once its session is known: all that reads messages for it. One object is the options of each of them,
 * since every closure and list of options counts for thousands of sockets.
 */
export class OpenedSocket implements FlowOptions, WatchingOptions, CursorsOwner {
  readonly client: Client;
  readonly socket: Socket;
  readonly path: string;
  readonly post: Post;
  readonly adapters: AdapterRegistry;
  readonly resumption: Resumption;
  readonly report: FlowOptions['report'];
  readonly cursors: SocketCursors;
  readonly flow: MessageFlow;
  #watching: Watching | null = null;

  constructor({ client, socket, path, positions, post, adapters, resumption, report }: OpeningOptions) {
    this.client = client;
    this.socket = socket;
    this.path = path;
    this.post = post;
    this.adapters = adapters;
    this.resumption = resumption;
    this.report = report;
    this.cursors = new SocketCursors(this, positions);
    this.flow = new MessageFlow(this);
  }

  /** Made when something is watched: thousands of sockets watch nothing. */
  get watching(): Watching {
    this.#watching ??= new Watching(this);
    return this.#watching;
  }

  /** The socket is gone. */
  close(): void {
    this.cursors.close();
    this.#watching?.close();
  }

  get gateway(): Gateway {
    return this.client.gateway;
  }

  gather(): void {
    sendTogether(this.socket.conn);
  }

  send(positions: PagePositions): void {
    this.socket.emit(POSITION, positions);
  }

  resync(reason: string, channel: string | null): void {
    this.gateway.counts.resynced(reason);
    this.socket.emit(RESYNC, channel === null ? { reason } : { reason, channel });
  }
}
