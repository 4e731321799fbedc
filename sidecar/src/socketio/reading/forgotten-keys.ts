import { createHash } from 'node:crypto';

const BYTES = 32 * 1024;
/** Of that digest four bytes each choose a bit. */
const CHOICES = 8;

/**
 * The names of positions that were dropped, in 32 KB however many they are: a Bloom filter. After 7,200 names it takes one
 * of 400,000 others for one of them, which costs a page one load too many; after 50,000 one of seven.
 */
export class ForgottenKeys {
  readonly #bits = Buffer.alloc(BYTES);

  add(key: string): void {
    for (const bit of bitsOf(key)) {
      this.#bits.writeUInt8(this.#bits.readUInt8(bit >> 3) | (1 << (bit & 7)), bit >> 3);
    }
  }

  has(key: string): boolean {
    return bitsOf(key).every((bit) => (this.#bits.readUInt8(bit >> 3) & (1 << (bit & 7))) !== 0);
  }
}

function bitsOf(key: string): number[] {
  const digest = createHash('sha256').update(key).digest();
  return Array.from({ length: CHOICES }, (_, index) => digest.readUInt32LE(index * 4) % (BYTES * 8));
}
