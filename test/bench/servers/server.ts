import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process under test. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Of its Python worker, if it has one. */
  readonly workerPid?: number;
  stop(): Promise<void>;
}

/** One that can be taken away from its pages. */
export interface RestartableServer extends Server {
  /** Ends it without a chance to say goodbye. */
  kill(): Promise<void>;
  /** Starts it again, after `kill`. */
  restart(): Promise<RestartableServer>;
}

/** Arguments for Node, by which every server under test collects garbage at SIGUSR2. */
export const COLLECTOR = ['--import', new URL('garbage-collector.mjs', import.meta.url).href];

const READINGS = 4;
const READING_MS = 300;

/** The memory that a server needs after it has collected its garbage: the least of some readings, in kilobytes. */
export async function readMemory({ pid }: Pick<Server, 'pid'>): Promise<number> {
  const readings: number[] = [];
  for (let reading = 0; reading < READINGS; reading += 1) {
    process.kill(pid, 'SIGUSR2');
    await sleep(READING_MS);
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    readings.push(Number(kilobytes));
  }
  return Math.min(...readings);
}
