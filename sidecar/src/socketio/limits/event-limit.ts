import { STOP, SUBSCRIBED } from '../../../protocol/events.ts';
import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { TokenBucket } from '../../lib/token-bucket.ts';
import type { HandlerRuns } from '../handlers/handler-runs.ts';
import { MOST_ARGUMENTS, TOO_MANY_ARGUMENTS } from '../packets/packet-decoder.ts';

/** What one socket may send. */
export interface EventLimits {
  readonly eventsPerSecond: number;
  readonly handlers: number;
}

/** Why an event is refused. */
export interface Over {
  readonly error: SidecarError;
  /** The first of several, or the last. */
  readonly isNotable: boolean;
  /** As many more came in spite of being refused: it is time to end this. True once. */
  readonly isLast: boolean;
}

/** What one socket's page may ask for: so many events a second, and so many handlers at the same time. */
export class EventLimit {
  readonly #limits: EventLimits;
  readonly #runs: HandlerRuns;
  readonly #bucket: TokenBucket;
  #isOver = false;
  #isEnded = false;

  constructor(limits: EventLimits, runs: HandlerRuns) {
    this.#limits = limits;
    this.#runs = runs;
    this.#bucket = new TokenBucket(limits.eventsPerSecond);
  }

  /** Counts an event. @returns null if it may be handled */
  check(event: string, args: readonly unknown[]): Over | null {
    const left = this.#bucket.take();
    const isNew = !this.#isOver;
    this.#isOver = left < 0;
    if (left < 0) {
      const { eventsPerSecond } = this.#limits;
      const error = new SidecarError(
        'too_many_events',
        `More than ${eventsPerSecond} events a second came over this socket. Send fewer, or raise WEB_SOCKETIO_MAX_EVENTS.`,
      );
      const isLast = !this.#isEnded && left < -this.#bucket.burst;
      if (isLast) this.#isEnded = true;
      return { error, isNotable: isNew || isLast, isLast };
    }
    if (args[0] === TOO_MANY_ARGUMENTS) {
      const text = `${quote(event)} came with more than ${MOST_ARGUMENTS} arguments. Send an array as one argument.`;
      return { error: new SidecarError('event_invalid', text), isNotable: false, isLast: false };
    }
    // How else should a page end those that run? And no handler runs for the other one.
    if (event === STOP || event === SUBSCRIBED || this.#runs.events < this.#limits.handlers) return null;
    return { error: this.#tooMany(), isNotable: false, isLast: false };
  }

  /**
   * May a handler of an event start so many more?
   * @throws SidecarError `too_many_handlers`
   */
  checkSpawn(handlers: number): void {
    if (this.#runs.spawned + handlers > this.#limits.handlers) throw this.#tooMany();
  }

  #tooMany(): SidecarError {
    return new SidecarError(
      'too_many_handlers',
      `${this.#limits.handlers} handlers of this socket have not ended. Wait for some of them, end them with 'stop event', or raise WEB_SOCKETIO_MAX_HANDLERS.`,
    );
  }
}
