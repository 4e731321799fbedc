import type { Manager } from 'socket.io-client';
import { PacketType } from 'socket.io-parser';
import { ASK_SESSION, END, POSITION } from '../../../../sidecar/protocol/events.ts';
import { readEnd } from '../end.ts';
import {
  CONNECTED,
  type ConnectionState,
  type KnownState,
  type Occurrence,
  UNCONNECTED,
} from './connection-state.ts';

/** Events between sidecar and page that the page's code never sees. */
const INNER = new Set<unknown>([ASK_SESSION, END, POSITION]);

/**
 * What a page's connection has been through, for whoever looks at it. It keeps the last of each kind, so that a page that
 * stays open for weeks remembers no more than one that has just been opened.
 */
export class ConnectionRecord {
  readonly #refusals = new Map<string, string>();
  #manager: Manager | undefined;
  #since = Date.now();
  #heard: number | undefined;
  #message: Occurrence | undefined;
  #loss: Occurrence | undefined;
  #connections = 0;

  /** Hears of everything that a manager does. */
  watch(manager: Manager): void {
    this.#manager = manager;
    manager.on('open', () => {
      this.#connections += 1;
      this.#since = this.#hear();
    });
    manager.on('close', (what) => {
      this.#since = Date.now();
      this.#loss = { what, at: this.#since };
    });
    manager.on('ping', () => this.#hear());
    manager.on('packet', ({ type, nsp, data }) => {
      const at = this.#hear();
      if (type === PacketType.CONNECT) this.#refusals.delete(nsp);
      if (type === PacketType.CONNECT_ERROR) this.#refusals.set(nsp, codeOf(data));
      const isEvent = type === PacketType.EVENT || type === PacketType.BINARY_EVENT;
      const [name]: unknown[] = isEvent && Array.isArray(data) ? data : [];
      if (typeof name === 'string' && !INNER.has(name)) this.#message = { what: `${name} of ${nsp}`, at };
    });
  }

  /** Forgets the refusal of a namespace that no code wants any more. */
  forget(path: string): void {
    this.#refusals.delete(path);
  }

  /** @param known what the page knows itself */
  stateOf(known: KnownState): ConnectionState {
    const engine = this.#manager?.engine;
    const transport = engine?.readyState === 'open' ? engine.transport.name : undefined;
    // Those that were refused and will not be tried again are in no other list.
    const paths = new Set([...known.namespaces.keys(), ...this.#refusals.keys()]);
    const namespaces = [...paths].map((path) => {
      const isConnected = known.namespaces.get(path) === true;
      return [path, isConnected ? CONNECTED : (this.#refusals.get(path) ?? UNCONNECTED)] as const;
    });
    return {
      ...{ ...known, namespaces, transport, at: Date.now(), connections: this.#connections },
      ...{ since: this.#since, heard: this.#heard, message: this.#message, loss: this.#loss },
    };
  }

  #hear(): number {
    this.#heard = Date.now();
    return this.#heard;
  }
}

/** @param data of a refusal: what the sidecar says is in its own `data` */
function codeOf(data: unknown): string {
  const { data: said }: { data?: unknown } = Object(data);
  return readEnd(said).code;
}
