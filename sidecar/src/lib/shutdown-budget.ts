/**
 * How long each phase of a shutdown may take, in milliseconds, once its pages leave. Service managers kill a process that
 * does not end in time, with all that its handlers and its queues still hold: systemd's TimeoutStopSec, Compose's
 * stop_grace_period and the documents give what {@link KILLED_AFTER_MS} and {@link ENDED_AFTER_MS} say, and a test compares
 * them.
 */
export const SHUTDOWN_MS = {
  /** `stopServer` of the namespaces of the page that leaves last. */
  stopServer: 2_000,
  /** That page acknowledges what it was sent. */
  acknowledge: 2_000,
  /** Handlers of `disconnect`. */
  disconnect: 10_000,
  /** HTTP connections close, before they are cut. */
  http: 1_000,
  /** Leases are given back and the connections to PostgreSQL close. No timer of its own: the sum below limits it. */
  postgres: 2_000,
};

/** All phases after the drain. A process that has not ended then exits with `stop_timeout`. */
export const STOP_MS = Object.values(SHUTDOWN_MS).reduce((sum, ms) => sum + ms, 0);

/** What addons left open may keep the process alive for, when everything else has ended. */
export const LEFT_OPEN_MS = 1_000;

/** Within this time of its signal the process has ended, whatever happens. */
export const ENDED_AFTER_MS = 30_000;

/** The longest drain that leaves time for the other phases. */
export const LONGEST_DRAIN_MS = ENDED_AFTER_MS - STOP_MS - LEFT_OPEN_MS;

/** When a service manager may kill the process: later, since a busy machine is late with timers. */
export const KILLED_AFTER_MS = ENDED_AFTER_MS + 5_000;
