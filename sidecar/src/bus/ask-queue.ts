import { reason } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { BackOff } from '../lib/back-off.ts';
import type { BusAnswer, BusAsk, BusReply } from './bus-ask.ts';

/** Asks in one request; fewer while Odoo takes too long for so many, and then slowly more again. */
const MOST = 50;
const MORE = 5;
/** A request is not made larger than this by a second socket: channels and events come from outside. */
const MOST_BYTES = 2 * 1024 * 1024;
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 5_000];

/** What a socket asks. */
export interface Question {
  readonly ask: BusAsk;
  /** Of its JSON, roughly. */
  readonly bytes: number;
}

/** Who waits in the queue. While its questions are with Odoo it does not wait, so that they are answered in their order. */
export interface Questioner {
  /** Under which Odoo is asked. */
  readonly origin: string | null;
  /** Its oldest questions, which are its own no more. @param most at least one; the first may have any size */
  take(most: number, bytes: number): readonly Question[];
  /** Odoo's answers, in the order of what was taken. */
  answered(questions: readonly Question[], answers: readonly BusAnswer[]): void;
  /** Odoo surely did nothing of it: it has to be asked again, before anything else. */
  putBack(questions: readonly Question[]): void;
  /** Nobody knows what Odoo did. @param alone nothing else was asked with it */
  lost(questions: readonly Question[], error: unknown, alone: boolean): void;
}

/** How the questions of one database come to Odoo. */
export interface AskQueueOptions {
  /** Requests at a time: each takes one of Odoo's workers. */
  readonly running: number;
  ask(origin: string | null, asks: readonly BusAsk[]): Promise<BusReply>;
  replied(reply: BusReply): void;
}

/**
 * The sockets of one database that have something to ask: many with one request, so that a thousand that come back at once
 * are twenty requests. While Odoo cannot be asked they wait, however long.
 */
export class AskQueue {
  readonly #options: AskQueueOptions;
  /** By origin, in the order in which it is their turn; in each, in the order in which they came. */
  readonly #waiting = new Map<string | null, Set<Questioner>>();
  readonly #running = new Set<Questioner>();
  /** Those that want to wait again as soon as they are answered. */
  readonly #again = new Set<Questioner>();
  readonly #backOff = new BackOff(FIRST_WAIT_MS, LONGEST_WAIT_MS);
  #requests = 0;
  #most = MOST;
  #pause: NodeJS.Timeout | null = null;
  #isPlanned = false;
  #turn: 'most' | 'longest' = 'longest';
  #stopped = false;

  constructor(options: AskQueueOptions) {
    this.#options = options;
  }

  /** It has something to ask. May be called again. */
  add(questioner: Questioner): void {
    if (this.#stopped) return;
    if (this.#running.has(questioner)) {
      this.#again.add(questioner);
      return;
    }
    const group = this.#waiting.get(questioner.origin);
    if (group === undefined) this.#waiting.set(questioner.origin, new Set([questioner]));
    else group.add(questioner);
    this.#plan();
  }

  /** It has nothing to ask any more; what is with Odoo is answered all the same. May be called twice. */
  remove(questioner: Questioner): void {
    this.#again.delete(questioner);
    const group = this.#waiting.get(questioner.origin);
    if (group?.delete(questioner) === true && group.size === 0) this.#waiting.delete(questioner.origin);
  }

  /** Asks no more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#pause = null;
  }

  /** Not at once: what comes in one moment shares a request. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#start();
    });
  }

  #start(): void {
    while (!this.#stopped && this.#pause === null && this.#requests < this.#options.running) {
      const group = this.#next();
      if (group === null) return;
      void this.#run(...group);
    }
  }

  /**
   * Whose turn it is: anybody can make up hosts, which must keep neither the host of most sockets waiting, nor for ever one
   * of few.
   */
  #next(): [string | null, readonly Questioner[]] | null {
    const groups = [...this.#waiting];
    if (this.#turn === 'most') groups.sort(([, one], [, other]) => other.size - one.size);
    this.#turn = this.#turn === 'most' ? 'longest' : 'most';
    const [first] = groups;
    if (first === undefined) return null;
    const [origin, group] = first;
    const chosen = [...group].slice(0, this.#most);
    // Behind the others.
    this.#waiting.delete(origin);
    for (const one of chosen) group.delete(one);
    if (group.size > 0) this.#waiting.set(origin, group);
    return [origin, chosen];
  }

  async #run(origin: string | null, chosen: readonly Questioner[]): Promise<void> {
    const taken = this.#take(chosen);
    const asks = taken.flatMap(({ questions }) => questions.map(({ ask }) => ask));
    this.#requests += 1;
    let reply: BusReply | null = null;
    try {
      if (asks.length > 0) reply = await this.#options.ask(origin, asks);
    } catch (error) {
      this.#failed(taken, asks.length, error);
    } finally {
      this.#requests -= 1;
    }
    if (reply !== null) this.#worked(taken, reply);
    for (const { questioner } of taken) {
      this.#running.delete(questioner);
      if (this.#again.delete(questioner)) this.add(questioner);
    }
    this.#plan();
  }

  #worked(taken: readonly Taken[], reply: BusReply): void {
    this.#backOff.reset();
    this.#most = Math.min(MOST, this.#most + MORE);
    // Odoo has something to do while its answers are handed out.
    this.#start();
    this.#hand(taken, reply);
  }

  #take(chosen: readonly Questioner[]): Taken[] {
    const taken: Taken[] = [];
    let count = 0;
    let bytes = 0;
    for (const questioner of chosen) {
      if (count > 0 && (count >= this.#most || bytes >= MOST_BYTES)) {
        this.add(questioner);
        continue;
      }
      const questions = questioner.take(Math.max(1, this.#most - count), MOST_BYTES - bytes);
      count += questions.length;
      for (const question of questions) bytes += question.bytes;
      this.#running.add(questioner);
      taken.push({ questioner, questions });
    }
    return taken;
  }

  #hand(taken: readonly Taken[], reply: BusReply): void {
    if (this.#stopped) return;
    let at = 0;
    this.#options.replied(reply);
    for (const { questioner, questions } of taken) {
      const answers = reply.answers.slice(at, at + questions.length);
      at += questions.length;
      if (questions.length > 0) questioner.answered(questions, answers);
    }
  }

  #failed(taken: readonly Taken[], asks: number, error: unknown): void {
    if (this.#stopped) return;
    const { code, retry } = error instanceof SidecarError ? error : { code: null, retry: false };
    if (code === 'odoo_timeout') this.#most = Math.max(1, Math.floor(asks / 2));
    // Under other hosts it may well be asked.
    if (code !== 'host_refused') this.#wait();
    for (const { questioner, questions } of taken) {
      if (questions.length === 0) continue;
      if (code === 'host_refused') questioner.answered(questions, elsewhere(questions, error));
      else if (retry) questioner.putBack(questions);
      else questioner.lost(questions, error, asks === 1);
    }
  }

  #wait(): void {
    if (this.#pause !== null || this.#stopped) return;
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#start();
    }, this.#backOff.next());
  }
}

interface Taken {
  readonly questioner: Questioner;
  readonly questions: readonly Question[];
}

/** Odoo opens another database under that host. */
function elsewhere(questions: readonly Question[], error: unknown): BusAnswer[] {
  const refused = { why: 'database', db: null, message: reason(error) } as const;
  return questions.map(() => ({ refused }));
}
