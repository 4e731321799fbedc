import { SidecarError } from '../api/sidecar-error.ts';

/** No line is larger, in either direction. */
export const MOST_LINE_BYTES = 32 * 1024 * 1024;

const NEW_LINE = 10;

/** Cuts what comes over a connection into lines. */
export class LineReader {
  /** How large a line may be, in bytes. */
  most: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(most = MOST_LINE_BYTES) {
    this.most = most;
  }

  /**
   * The lines that are whole with this chunk.
   *
   * @throws SidecarError `link_protocol` if one is too large
   */
  *read(chunk: Buffer): Iterable<string> {
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, start)) {
      this.#add(chunk.subarray(start, end));
      const line = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size);
      this.#chunks = [];
      this.#size = 0;
      start = end + 1;
      yield line?.toString('utf8') ?? '';
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
  }

  #add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= this.most) return;
    throw new SidecarError(
      'link_protocol',
      `A line of the worker is larger than ${this.most} bytes. Split what a handler sends, or emit less at once.`,
    );
  }
}
