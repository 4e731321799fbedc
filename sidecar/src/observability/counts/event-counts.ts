import { Durations } from './durations.ts';

/** One event of a namespace, or what runs there without one. */
export class EventCounts {
  /** Its name, or what stands for the names that are not known. */
  readonly event: string;
  /** How often it came from pages. */
  received = 0;
  /** Its handlers that have not ended, with those that wait for messages or to be started again. */
  running = 0;
  /** From the event to the end of its handler, of handlers that did not wait for messages: those run for as long as their page is there. */
  readonly durations = new Durations();

  constructor(event: string) {
    this.event = event;
  }
}
