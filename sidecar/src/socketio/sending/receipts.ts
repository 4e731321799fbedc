import { type Connection, Outbox } from './outbox.ts';

interface Wait {
  /** How many heartbeats had been sent when all of it had gone out; null while some of it waits in the outbox. */
  sent: number | null;
  readonly received: () => void;
}

const known = new WeakMap<Connection, Receipts>();

/**
 * What a connection is known to have received. A client that sleeps answers no heartbeat, and what was sent to it lies in
 * a buffer somewhere, to be read when it goes on. Packets arrive in order: who has answered a heartbeat has what was sent
 * before it.
 */
export class Receipts {
  readonly #connection: Connection;
  readonly #waits = new Set<Wait>();
  #sent = 0;
  /** How many of those have been answered. */
  #heard = 0;
  /** Heartbeats sent before this was made, whose answers come first. */
  #older: number;

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#older = Outbox.of(connection)?.unanswered ?? 0;
    connection.on('packetCreate', ({ type }: { type: string }) => {
      if (isHeartbeat(type)) this.#sent += 1;
    });
    // Asked before Engine.IO answers: clients of version 3 send the heartbeats, and each says that the answer to the one
    // before it has come.
    connection.on('packet', ({ type }: { type: string }) => {
      if (isHeartbeat(type)) this.#answered();
    });
  }

  /** Those of a connection, whose namespaces share them. */
  static of(connection: Connection): Receipts {
    const receipts = known.get(connection) ?? new Receipts(connection);
    known.set(connection, receipts);
    return receipts;
  }

  /** Calls back when all that was sent until now is known to have arrived. @returns calls it off */
  await(received: () => void): () => void {
    const wait = { sent: this.#outgoing, received };
    this.#waits.add(wait);
    return () => void this.#waits.delete(wait);
  }

  get #outgoing(): number | null {
    return Outbox.of(this.#connection)?.isClear === false ? null : this.#sent;
  }

  #answered(): void {
    // Several may be under way, and each answer is that to the oldest: only a client of version 3 has had all of them.
    if (this.#connection.protocol === 3) this.#heard = this.#sent;
    else if (this.#older > 0) this.#older -= 1;
    else if (this.#heard < this.#sent) this.#heard += 1;
    for (const wait of this.#waits) {
      // A heartbeat overtakes what waits in the outbox, and says nothing of it.
      if (wait.sent === null) wait.sent = this.#outgoing;
      if (wait.sent === null || wait.sent >= this.#heard) continue;
      this.#waits.delete(wait);
      wait.received();
    }
  }
}

function isHeartbeat(type: string): boolean {
  return type === 'ping' || type === 'pong';
}
