/** For whom a message is: one page by its number from 0, or all. */
export interface Addressed {
  readonly channel: string;
  readonly page: number | null;
}

/** What a sidecar is asked to carry for some seconds. */
export interface Load {
  /** Pages spread evenly over the databases, which are one unless it is said. */
  readonly pages: number;
  readonly databases?: number;
  /** The events by which a page begins to listen. */
  readonly events: (page: number) => readonly string[];
  /** Messages a second, in at most a hundred transactions a second. */
  readonly rate: number;
  /** @param number of the message, from 1 */
  readonly message: (number: number) => Addressed;
  /** Channels that the server module declares. */
  readonly channels?: number;
  /** Messages of a queue that nobody who is connected may take. */
  readonly waiting?: number;
}

/** A load that was too much: pages did not get in, or had not all of their messages a minute later. */
export class NotCarried extends Error {}

/** What was read while a load was carried. */
export interface Reading {
  /** The processor time of the sidecar's main thread, as a share of one core: 1 is all that it can have. */
  readonly loop: number;
  /** The same of its whole process, which has threads for garbage and compilation. */
  readonly sidecar: number;
  /** PostgreSQL's processor time, in cores. */
  readonly postgres: number;
  /** How much of all cores was in use, by whomever: 1 is the machine. */
  readonly machine: number;
  /** From COMMIT to the last page that a message is for, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** What the sidecar holds, in megabytes. */
  readonly megabytes: number;
  /** What the machine has left for other programs, in megabytes. */
  readonly spare: number;
  /** The share of the messages that were to be committed that were. */
  readonly committed: number;
}
