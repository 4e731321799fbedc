import { WebSocket } from 'ws';
import { z } from 'zod';
import { Arrivals } from '../../arrivals.ts';
import { now } from '../../clock.ts';
import { ALL, type Command, channelOf, type Opening, type Report } from './browsers.ts';

/** As Odoo's worker script waits before it tries again. */
const FIRST_RETRY_MS = 1_000;
const RETRY_FACTOR = 1.5;
const LONGEST_RETRY_MS = 60_000;
const RETRY_JITTER_MS = 1_000;
/** Odoo's evented worker needs some twenty seconds for a thousand browsers. */
const BACK_MS = 180_000;
/** Odoo tells scripts of another version to go only if there is one. */
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0.0.0 Safari/537.36';

const Frame = z.array(
  z.object({ id: z.number(), message: z.object({ type: z.string(), payload: z.unknown() }) }),
);
const Payload = z.object({ number: z.number(), to: z.number().optional() });

const report = (message: Report) => void process.send?.(message);
const fail = (failed: string) => report({ failed });

const arrivals = new Arrivals((complete) => report({ arrivals: complete }));

/** Some browsers that are open together. */
class Crowd {
  readonly #browsers: Browser[];
  readonly #start = now();
  #begun = 0;
  #back = 0;
  retries = 0;
  readonly #tooLate = setTimeout(() => {
    fail(
      `${this.#back} of ${this.size} browsers were back after ${BACK_MS} ms; ${this.retries} had to try again.`,
    );
  }, BACK_MS);

  constructor(opening: Opening) {
    this.#browsers = opening.sessions.map((_, index) => new Browser(index, opening, this));
    while (this.#begun < opening.atOnce) this.#begin();
  }

  get size(): number {
    return this.#browsers.length;
  }

  onBack(): void {
    this.#back += 1;
    if (this.#back === this.size) {
      clearTimeout(this.#tooLate);
      report({ opened: { ms: now() - this.#start, retries: this.retries } });
    } else {
      this.#begin();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#tooLate);
    await Promise.all(this.#browsers.map((browser) => browser.close()));
  }

  #begin(): void {
    const browser = this.#browsers[this.#begun];
    this.#begun += 1;
    browser?.connect();
  }
}

/** One browser, as far as Odoo's worker script is concerned. */
class Browser {
  readonly #index: number;
  readonly #opening: Opening;
  readonly #crowd: Crowd;
  readonly #seen = new Set<number>();
  #last: number;
  #retryMs = FIRST_RETRY_MS;
  #socket: WebSocket | null = null;
  #isOver = false;

  constructor(index: number, opening: Opening, crowd: Crowd) {
    this.#index = index;
    this.#opening = opening;
    this.#crowd = crowd;
    this.#last = opening.last;
  }

  connect(): void {
    if (this.#isOver) return;
    const { url, origin, sessions } = this.#opening;
    const headers = { Cookie: `session_id=${sessions[this.#index]}`, 'User-Agent': USER_AGENT };
    const socket = new WebSocket(url, { origin, headers });
    this.#socket = socket;
    socket.on('open', () => {
      this.#retryMs = FIRST_RETRY_MS;
      const data = { channels: [ALL, channelOf(this.#index)], last: this.#last };
      socket.send(JSON.stringify({ event_name: 'subscribe', data }));
    });
    socket.on('message', (data) => this.#take(data.toString()));
    // What is refused or breaks is closed, too.
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => this.#onClose(code, reason.toString()));
  }

  async close(): Promise<void> {
    this.#isOver = true;
    const socket = this.#socket;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.close();
    });
  }

  #take(text: string): void {
    for (const { id, message } of Frame.parse(JSON.parse(text))) {
      this.#last = id;
      // Odoo's script has no listener for other types either.
      if (message.type !== 'bench') continue;
      const { number, to } = Payload.parse(message.payload);
      if (this.#seen.has(number)) fail(`Notification ${number} arrived twice at browser ${this.#index}.`);
      if (to !== undefined && to !== this.#index) fail(`${number} is for ${to}, and came to ${this.#index}.`);
      this.#seen.add(number);
      arrivals.note(number, to === undefined ? this.#crowd.size : 1);
      if (number === this.#opening.missed.at(-1)) this.#onBack();
    }
  }

  #onBack(): void {
    const lost = this.#opening.missed.filter((number) => !this.#seen.has(number));
    if (lost.length > 0) fail(`Browser ${this.#index} was never told ${lost} of what it missed.`);
    this.#crowd.onBack();
  }

  #onClose(code: number, reason: string): void {
    if (this.#isOver) return;
    // Odoo's script does not come back after that.
    if (code === 1000) fail(`Browser ${this.#index} was sent away: ${reason}.`);
    this.#crowd.retries += 1;
    this.#retryMs =
      Math.min(this.#retryMs * RETRY_FACTOR, LONGEST_RETRY_MS) + RETRY_JITTER_MS * Math.random();
    setTimeout(() => this.connect(), this.#retryMs);
  }
}

let crowd: Crowd | null = null;

process.on('message', async (command: Command) => {
  if ('open' in command) crowd = new Crowd(command.open);
  else if ('count' in command) report({ counted: arrivals.count(command.count) });
  else {
    await crowd?.close();
    report({ closed: true });
  }
});
report({ started: true });
