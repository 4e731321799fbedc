import { isEventOf, sizeOf, type WriteArguments } from './engine-packet.ts';

/** So many that were handed over are passed over before the list is made anew without them. */
const FEW = 256;

/** Packets of one connection that the transport was not given yet, in order. */
export class WaitingPackets {
  /** Those before `#first` were handed over. */
  #packets: WriteArguments[] = [];
  #first = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#first === this.#packets.length;
  }

  add(packet: WriteArguments): void {
    this.#packets.push(packet);
    this.#bytes += sizeOf(packet);
  }

  /** Takes out the one that has waited longest; undefined if there is none. */
  take(): WriteArguments | undefined {
    const packet = this.#packets[this.#first];
    if (packet === undefined) return undefined;
    this.#first += 1;
    this.#bytes -= sizeOf(packet);
    if (this.#first > FEW && this.#first * 2 > this.#packets.length) {
      this.#packets = this.#packets.slice(this.#first);
      this.#first = 0;
    }
    return packet;
  }

  /** Forgets the events of a namespace. */
  discard(nameSpace: string): void {
    let isDiscarded = false;
    this.#packets = this.#packets.slice(this.#first).filter(([data]) => {
      // What is binary belongs to the text before it.
      if (typeof data === 'string') isDiscarded = isEventOf(nameSpace, data);
      return !isDiscarded;
    });
    this.#first = 0;
    this.#bytes = this.#packets.reduce((sum, packet) => sum + sizeOf(packet), 0);
  }
}
