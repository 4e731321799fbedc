import type pg from 'pg';
import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';

export interface TrafficOptions {
  readonly config: pg.ClientConfig;
  readonly channel: string;
  /** How many pages there are. */
  readonly sockets: number;
  /** Does the writer put the message into a NOTIFY? */
  readonly notifies: boolean;
}

/** What the process is told: to write so many messages at this rate. */
export interface TrafficCommand {
  readonly perSecond: number;
  readonly count: number;
}

const Written = z.object({ first: z.number(), count: z.number(), perSecond: z.number() });

/** The pages with the lowest numbers get none of it. */
export const QUIET_PAGES = 10;

/** Messages for single pages that nobody measures, committed one by one in a process of their own. */
export class Traffic {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async open(options: TrafficOptions): Promise<Traffic> {
    const worker = new Worker(new URL('traffic-process.ts', import.meta.url), options);
    await worker.next();
    return new Traffic(worker);
  }

  /** @returns the numbers of the messages, and how many there really were a second */
  async write(command: TrafficCommand): Promise<{ numbers: number[]; perSecond: number }> {
    const answer = this.#worker.next();
    this.#worker.send(command);
    const { first, count, perSecond } = Written.parse(await answer);
    return { numbers: Array.from({ length: count }, (_, index) => first + index), perSecond };
  }

  stop(): Promise<void> {
    return this.#worker.stop();
  }
}
