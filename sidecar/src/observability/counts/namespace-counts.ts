import { CodeTally, OTHER } from './code-tally.ts';
import { EventCounts } from './event-counts.ts';
import type { ByTransport, TransportName } from './transport-name.ts';

/** What a namespace declares. */
export interface Describing {
  describeEvents(): readonly { readonly event: string }[];
}

/** What the sidecar itself has handled there. */
const OWN: readonly string[] = ['connect', 'disconnect', 'stopServer'];
/** What handlers start besides, under whatever name. */
const SPAWNED = 'spawned';
/** What is declared may change, as when a Python worker links; and anybody can send names without end. */
const AGAIN_MS = 10_000;

/** One namespace in one database. Its events are those that it declares: of the names that pages send there is no end. */
export class NamespaceCounts {
  readonly path: string;
  /** Whose events count: the last one that was declared under this path. */
  describing: Describing;
  /** Sockets whose session was proved. */
  handshakes = 0;
  /** Those of them that are connected. */
  readonly sockets: ByTransport = { websocket: 0, polling: 0 };
  /** Sockets that this sidecar ended, by the code that their page was told. */
  readonly ended = new CodeTally();
  /** Events that were refused before a handler ran, by code. */
  readonly refused = new CodeTally();
  readonly #events = new Map<string, EventCounts>();
  #declared: ReadonlySet<string> = new Set();
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, describing: Describing) {
    this.path = path;
    this.describing = describing;
  }

  /** A socket's session was proved. */
  opened(transport: TransportName): void {
    this.handshakes += 1;
    this.sockets[transport] += 1;
  }

  /** Such a socket has gone. */
  closed(transport: TransportName): void {
    this.sockets[transport] -= 1;
  }

  /** It came by long-polling, and has a WebSocket now. */
  upgraded(): void {
    this.sockets.polling -= 1;
    this.sockets.websocket += 1;
  }

  /** Those of which something was counted. */
  get events(): Iterable<EventCounts> {
    return this.#events.values();
  }

  /** An event by the name that its page sent. */
  event(name: string): EventCounts {
    return this.#events.get(name) ?? this.#find(name, OTHER);
  }

  /** What a handler has started, by the name that it has in the log. */
  spawned(label: string): EventCounts {
    return this.#events.get(label) ?? this.#find(label, SPAWNED);
  }

  #find(name: string, otherwise: string): EventCounts {
    // As a method is named that handles it.
    const method = name.slice(0, 100).replace(/[^\p{L}\p{N}_]/gu, '_');
    if (OWN.includes(name) || this.#declares(name)) return this.#open(name);
    return this.#open(this.#declared.has(method) ? method : otherwise);
  }

  #open(label: string): EventCounts {
    let counts = this.#events.get(label);
    if (counts === undefined) {
      counts = new EventCounts(label);
      this.#events.set(label, counts);
    }
    return counts;
  }

  #declares(name: string): boolean {
    if (this.#declared.has(name)) return true;
    const now = performance.now();
    if (now - this.#askedAt < AGAIN_MS) return false;
    this.#askedAt = now;
    try {
      this.#declared = new Set(this.describing.describeEvents().map(({ event }) => event));
    } catch {
      // An addon's own code: that nobody can say which events it has must not keep it from handling them.
    }
    return this.#declared.has(name);
  }
}
