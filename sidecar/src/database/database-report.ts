import { quote } from '../api/error.ts';
import type { ErrorCode } from '../api/error-codes/catalogue.ts';
import { describeProblem } from '../api/problem.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import type { Log } from '../observability/log.ts';
import { RepeatFilter } from '../observability/repeat-filter.ts';
import { nameFailure } from '../postgres/connect/failure.ts';
import type { EpochChange } from '../postgres/epoch/epoch.ts';
import type { DeadMessage } from '../postgres/queue/lease-release.ts';

const CHANGES: Readonly<Record<EpochChange, string>> = {
  elsewhere: 'The database is another one than before: a copy, a restored dump or a promoted standby.',
  back: 'PostgreSQL goes on from an earlier state than the one that was seen.',
  restarted: 'PostgreSQL was started again while no sidecar was there to see where it goes on.',
};

/** What may fail while the subscription reads: what that means, and what is said when it is over. */
const PARTS = {
  queues: ['What waits in queues is given to nobody until then.', 'Queues are served again'],
  acknowledgements: [
    'Messages that pages confirmed are not deleted until then, and the pages wait.',
    'Confirmations are written again',
  ],
  requeues: [
    'Requeued messages are given to nobody until then.',
    'Requeued messages are in their queues again',
  ],
  heartbeat: [
    'This sidecar is not known to the others until then: after four seconds they take what it holds.',
    'This sidecar is known to the others again',
  ],
  housekeeping: ['What has grown old stays until then.', 'What has grown old is deleted again'],
  modules: [
    'Addons installed meanwhile are not known until then.',
    'The list of installed addons is read again',
  ],
  witness: [
    'Until then, nobody would notice an older data folder that takes the place of the present one.',
    'What was read is counted again',
  ],
  orphans: [
    'Messages that were leased in another time are given to nobody until then.',
    'Messages that were leased in another time are looked for again',
  ],
  sessions: ['Pages cannot prove who they are until then.', 'Pages can prove who they are again'],
  checks: [
    'Until then, sessions that end in Odoo without a log-out are noticed when their tokens expire.',
    'Odoo looks at sessions again',
  ],
  bus_asks: [
    'Bus sockets keep what they are subscribed to; new ones get nothing until then.',
    'Odoo answers for bus sockets again',
  ],
  bus: ["Pages get nothing of Odoo's bus until then.", "Odoo's bus is read again"],
  status: [
    "Until then, the operator's screen in Odoo shows of this sidecar what was before.",
    "The operator's screen in Odoo shows this sidecar again",
  ],
  replays: ['Pages do not get what they missed until then.', 'Pages get what they missed again'],
} as const;

/** What may fail while the subscription reads. */
export type Part = keyof typeof PARTS;

/** Nobody tries these again by itself: when no page has asked for a minute, nobody knows whether they still fail. */
const ASKED: ReadonlySet<Part> = new Set(['modules', 'sessions', 'replays', 'bus_asks']);
const ASKED_MS = 60_000;

interface Trouble {
  readonly error: SidecarError;
  /** Was it logged? Then its end is, too. */
  readonly said: boolean;
  readonly at: number;
}

/** A channel for which no installed addon has an adapter. */
export interface Unheard {
  readonly channel: string;
  /** They have one, and are not installed. */
  readonly missing: readonly string[];
  /** They may have one, which they have not shown yet. */
  readonly possible: readonly string[];
}

/** How a part fares. */
export interface PartEvents {
  /** It is tried again until it works. */
  failed(error: unknown): void;
  /** It worked, perhaps after it had failed. */
  worked(): void;
}

/** They are over when a connection could be opened. */
const LINK: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'postgres_unreachable',
  'postgres_waiting',
  'postgres_starting',
  'postgres_full',
]);

/** Failures that waiting for PostgreSQL does not cure: pages have nothing to be connected to. */
export const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'database_missing',
  'module_missing',
  'schema_version',
  'schema_incomplete',
]);

/**
 * What is said of one database: in the log what happened and what to do, and nothing twice that would only fill it; to
 * those who ask, why it is not served, or what of it is not.
 */
export class DatabaseReport {
  readonly #log: Log;
  readonly #name: string;
  readonly #said = new RepeatFilter();
  readonly #troubles = new Map<Part, Trouble>();
  #conflicts = '';
  #wasConnected = false;
  #isBusServed = false;
  #problem: SidecarError | null;

  constructor(log: Log, name: string) {
    this.#log = log;
    this.#name = name;
    this.#problem = new SidecarError('connecting', `'${name}' is being connected to for the first time.`);
  }

  /** Why it is not served now; null while its subscription reads. */
  get problem(): SidecarError | null {
    return this.#problem;
  }

  /** What fails though it is served, each once. */
  get troubles(): SidecarError[] {
    const forgotten = performance.now() - ASKED_MS;
    const errors = [...this.#troubles]
      .filter(([part, { at }]) => !ASKED.has(part) || at > forgotten)
      .map(([, { error }]) => error);
    return [...new Map(errors.map((error) => [error.message, error])).values()];
  }

  /** The codes of both, each once. */
  get codes(): ErrorCode[] {
    const problems = this.#problem === null ? this.troubles : [this.#problem, ...this.troubles];
    return [...new Set(problems.map(({ code }) => code))];
  }

  /** Its subscription reads. @returns whether it did before */
  connected(): boolean {
    const isReturn = this.#wasConnected;
    this.#wasConnected = true;
    this.#problem = null;
    this.#said.forget('subscription');
    for (const [part, { error }] of this.#troubles) if (LINK.has(error.code)) this.#works(part);
    this.#log.info(this.#name, isReturn ? 'Connected to PostgreSQL again' : 'Connected to PostgreSQL');
    return isReturn;
  }

  /** Positions, tokens and leases of before mean nothing any more. */
  changed(change: EpochChange): void {
    const message = `${CHANGES[change]} Pages load their data again.`;
    this.#log.warn(this.#name, { code: 'database_changed', message });
  }

  /** What was leased in another time waits again. */
  released(count: number): void {
    if (count === 0) return;
    this.#log.info(this.#name, `${count} queue message(s) that were held in another time wait again`, {
      count,
    });
  }

  /** The subscription failed. @returns the failure by its name */
  failed(error: unknown, retryMs: number): SidecarError {
    const problem = nameFailure(error, this.#name);
    this.#problem = problem;
    if (!this.#said.isNew('subscription', describeProblem(problem))) return problem;
    const next = `Next attempt in ${(retryMs / 1000).toFixed(1)} s, and so on until it works.`;
    this.#log.error(this.#name, problem, { next });
    return problem;
  }

  /** PostgreSQL's queue of notifications fills up. */
  wakeUpMissed(): void {
    const text =
      "another program's connection listens and does not read, so that PostgreSQL's queue of notifications fills up.";
    this.#log.warn(this.#name, {
      code: 'notify_queue_full',
      message: `${text} Messages are read twenty times a second instead of at once, until there is room. It is one of those that idle longest: SELECT pid, application_name, datname FROM pg_stat_activity WHERE state LIKE 'idle%' ORDER BY state_change.`,
    });
  }

  /** To whom a part tells how it fares. */
  about(part: Part): PartEvents {
    return { failed: (error) => this.#fails(part, error), worked: () => this.#works(part) };
  }

  /** Does what belongs to a part. Rejects if that fails. */
  during<T>(part: Part, action: () => Promise<T>): Promise<T> {
    return action().then(
      (result) => {
        this.#works(part);
        return result;
      },
      (error: unknown) => {
        this.#fails(part, error);
        throw error;
      },
    );
  }

  #fails(part: Part, error: unknown): void {
    const trouble = nameFailure(error, this.#name);
    const text = describeProblem(trouble);
    // Of a link that is down the subscription says enough.
    const isKnown = trouble.code === this.#problem?.code;
    // An error that quotes an id is the same for the next one.
    const isSaid = !isKnown && this.#said.isNew(part, text.replaceAll(/\b\d+\b(?!\)\.)/g, '0'));
    const before = this.#troubles.get(part)?.said ?? false;
    this.#troubles.set(part, { error: trouble, said: before || isSaid, at: performance.now() });
    if (isSaid) this.#log.error(this.#name, trouble, { next: PARTS[part][0] });
  }

  /** Nothing is said unless it was said that it failed. */
  #works(part: Part): void {
    const trouble = this.#troubles.get(part);
    if (trouble === undefined) return;
    this.#troubles.delete(part);
    if (trouble.said) this.#log.info(this.#name, PARTS[part][1]);
  }

  /** A row is not a message. */
  refused(error: SidecarError): void {
    if (this.#said.isNew(error.code, error.message)) this.#log.warn(this.#name, error);
  }

  /** Odoo's bus is read, or no more, because the addon is not there. May be told again. */
  busServed(isServed: boolean): void {
    if (isServed === this.#isBusServed) return;
    this.#isBusServed = isServed;
    this.#log.info(this.#name, `Odoo's bus is ${isServed ? '' : 'no longer '}served`);
  }

  /** Nobody reads a channel. @param hours how long its messages are kept */
  unheard({ channel, missing: [missing], possible }: Unheard, hours: number): void {
    const until = `They are kept for ${hours} hours.`;
    const name = quote(channel);
    if (missing !== undefined) {
      const why = `the addon '${missing}' has an adapter for it, and is not installed here. Install it.`;
      const message = `Nobody reads the messages of the channel ${name}: ${why} ${until}`;
      this.#log.warn(this.#name, { code: 'channel_unheard', message }, { channel });
    } else if (possible.length === 0) {
      const why =
        'no addon that is installed here has an adapter for it. Write the same name in both, and see what was found: web_socketio --check-config.';
      const message = `Nobody reads the messages of the channel ${name}: ${why} ${until}`;
      this.#log.warn(this.#name, { code: 'channel_unheard', message }, { channel });
    } else {
      const who = `If a namespace of '${possible.join("', '")}' reads them, declare its adapter: SocketIO.addAdapter(…).`;
      const text = `Nobody has read the messages of the channel ${name} yet. ${who} ${until}`;
      this.#log.info(this.#name, text, { channel });
    }
  }

  /** Messages of queues were deleted for their age. */
  aged(count: number): void {
    if (count === 0) return;
    const message = `${count} queue message(s) that nobody took in time were deleted`;
    this.#log.warn(this.#name, { code: 'message_expired', message }, { count });
  }

  sidecarsGone(count: number): void {
    const message = `${count} sidecar(s) were not heard of for four seconds: what they held goes back into its queues`;
    this.#log.warn(this.#name, { code: 'sidecar_gone', message }, { count });
  }

  /** Messages became dead letters after so many failures. */
  dead(messages: readonly DeadMessage[], attempts: number): void {
    for (const { id, channel } of messages) {
      const message = `Message ${id} of the queue '${channel}' failed ${attempts} times and is a dead letter now. To requeue it: SELECT web_socketio_requeue(${id});`;
      this.#log.warn(this.#name, { code: 'message_dead', message }, { channel, messageId: id });
    }
  }

  /** Adapters that this database refuses: said when they become known, and refused when they listen. */
  conflicts(errors: readonly SidecarError[]): void {
    const text = errors.map(({ message }) => message).join('\n');
    if (text === this.#conflicts) return;
    this.#conflicts = text;
    for (const error of errors) this.#log.error(this.#name, error);
  }
}
