import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

interface Item {
  readonly number: number;
  readonly event: string;
  readonly text: string;
}

/** How many events of each name are told again to a page that comes later. */
const KEPT = 200;

/** What happens in the playground, as server-sent events; a page that comes later hears of the last ones, too. */
export class News {
  /** Another playground counts from the beginning: its numbers mean nothing here. */
  readonly #run = randomBytes(4).toString('hex');
  readonly #kept = new Map<string, Item[]>();
  readonly #readers = new Set<ServerResponse>();
  #count = 0;

  /**
   * Tells all pages.
   *
   * @param kept how many of that name are told again to pages that come later
   */
  tell(event: string, data: unknown, kept = KEPT): void {
    this.#count += 1;
    const head = `id: ${this.#run}-${this.#count}\nevent: ${event}\n`;
    const item = { number: this.#count, event, text: `${head}data: ${JSON.stringify(data)}\n\n` };
    this.#kept.set(event, [...(this.#kept.get(event) ?? []), item].slice(-kept));
    for (const reader of this.#readers) reader.write(item.text);
  }

  /** Answers a page with all that is kept, or with what came since it lost the connection, and goes on. */
  follow(response: ServerResponse, lastEventId: string | undefined): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const [run, number] = (lastEventId ?? '').split('-');
    const last = run === this.#run ? Number(number) : 0;
    const missed = [...this.#kept.values()].flat().filter((item) => item.number > last);
    missed.sort((one, other) => one.number - other.number);
    response.write(`retry: 500\n\n${missed.map(({ text }) => text).join('')}`);
    this.#readers.add(response);
    response.on('close', () => this.#readers.delete(response));
  }
}
