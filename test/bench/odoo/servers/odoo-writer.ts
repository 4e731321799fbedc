import { z } from 'zod';
import type { Program } from '../../../support/process/program.ts';
import type { OdooFolder } from './odoo-folder.ts';

const Sessions = z.object({ sessions: z.array(z.string()), version: z.string() });
const Sent = z.object({ at: z.number() });
const Last = z.object({ last: z.number() });

/** What a notification of the benchmark carries. */
export interface Payload {
  readonly number: number;
  /** Which browser alone gets it. */
  readonly to?: number;
}

/** A process with Odoo's own Python, which sends notifications as business code does. Whoever starts it stops it. */
export class OdooWriter {
  readonly #program: Program;
  readonly #url: string;
  #number = 0;

  private constructor(program: Program, url: string) {
    this.#program = program;
    this.#url = url;
  }

  static async start(folder: OdooFolder): Promise<OdooWriter> {
    const program = await folder.run(['web_socketio_bus_bench']);
    try {
      const line = await program.waitForLine(/The writer listens on port/);
      return new OdooWriter(program, `http://127.0.0.1:${/port (\d+)/.exec(line)?.[1]}`);
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  /** Sessions of as many new users, and the version of the browser's worker. */
  async makeSessions(users: number, count: number): Promise<z.infer<typeof Sessions>> {
    return Sessions.parse(await this.#ask('/sessions', { users, count }));
  }

  /** Sends one notification to a channel, in a transaction. @returns its number, and when COMMIT was sent */
  async send(channel: string, to?: number): Promise<{ readonly number: number; readonly at: number }> {
    this.#number += 1;
    const payload: Payload = { number: this.#number, ...(to === undefined ? {} : { to }) };
    const { at } = Sent.parse(await this.#ask('/send', { notifications: [[channel, payload]] }));
    return { number: this.#number, at };
  }

  /** The id of the youngest notification. */
  async readLast(): Promise<number> {
    return Last.parse(await this.#ask('/last', {})).last;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  async #ask(path: string, body: object): Promise<unknown> {
    const response = await fetch(new URL(path, this.#url), { method: 'POST', body: JSON.stringify(body) });
    if (response.status === 200) return response.json();
    throw new Error(`The writer answered ${response.status}. Its log:\n${this.#program.log}`);
  }
}
