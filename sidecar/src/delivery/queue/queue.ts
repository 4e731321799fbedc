import type { Message } from '../../api/message.ts';
import { ListenerIndex } from '../listening/listener-index.ts';
import type { LeaseStore } from './lease-store.ts';
import { Lookers } from './lookers.ts';
import { compareIds } from './message-id.ts';
import { PartLoop } from './part-loop.ts';
import type { QueueEvents } from './queue-events.ts';
import type { Look, QueueListener } from './queue-listener.ts';
import {
  type Candidate,
  type Candidates,
  type QueueOffer,
  toCandidate,
  toOffers,
  type Waiting,
} from './queue-offer.ts';
import { QueueWindow } from './queue-window.ts';

/** So many are read from the database at a time. */
const PAGE = 1_000;
/** How old the window may be when listeners find nothing in it: other sidecars take what is in there, too. */
const SWEEP_MS = 5_000;

type Offers = readonly QueueOffer[];

/**
 * One queue and those who listen to it. They are offered what is in the window; while somebody finds nothing there and
 * more lies behind it, the database is read, a part at a time, for all of those together.
 */
export class Queue {
  readonly #name: string;
  readonly #store: LeaseStore;
  readonly #events: QueueEvents;
  readonly #window = new QueueWindow();
  readonly #listeners = new ListenerIndex<QueueListener>();
  /** Counts how often everything was forgotten: what is being read then belongs to the time before. */
  #reloads = 0;
  /** Reads as long as somebody needs more than is here. */
  readonly #loop = new PartLoop({
    isPaused: () => this.#paused,
    part: () => this.#readPart(),
    failed: (error) => void this.#fail(error),
    // Nobody waits for the database: whatever failed before is of no account any more.
    rests: () => void (this.#claims === 0 && this.#events.worked()),
  });
  /** The listeners are being led through what lies behind the window, and are at this id. Null: at its beginning. */
  #place: string | null = null;
  #looking = false;
  #looks = 0;
  readonly #lookers = new Lookers(() => this.#loop.wake());
  #sweptAt = performance.now();
  /** How many claims are under way. */
  #claims = 0;
  #paused = false;
  #stopped = false;

  constructor(name: string, store: LeaseStore, events: QueueEvents) {
    this.#name = name;
    this.#store = store;
    this.#events = events;
  }

  /** True while nothing moves, since the database could not be asked. */
  get paused(): boolean {
    return this.#paused;
  }

  add(listener: QueueListener): void {
    listener.youngest = this.#window.seq;
    this.#listeners.add(listener);
    this.#offer(listener);
    this.#loop.wake();
  }

  delete(listener: QueueListener): void {
    this.#listeners.delete(listener);
    this.#lookers.delete(listener);
    if (listener.question.length > 0 && !this.#paused) this.#offerAgain(listener.question);
  }

  /** Offers what was read, or came back, to those who listen. */
  arrive(arrivals: readonly Waiting[]): void {
    const { seq, frontier } = this.#window;
    const here: Message[] = [];
    const beyond: Candidate[] = [];
    for (const arrival of arrivals.filter((one) => this.#window.add(one) !== 'known')) {
      // What was taken in may have been left out again for the next one.
      if (this.#window.knows(arrival.message.id)) here.push(arrival.message);
      else beyond.push(toCandidate(arrival));
    }
    // Who is refused is offered everything again: some of it lies behind the window now.
    if (frontier !== this.#window.frontier) {
      for (const listener of this.#listeners.all()) listener.missed ||= listener.busy;
    }
    if (here.length > 0) {
      for (const listener of this.#listeners.matching(here)) {
        // Whoever waits has been offered everything before, or it was not for them.
        if (listener.idle) listener.seen = Math.max(listener.seen, seq);
        this.#offer(listener);
      }
    }
    if (beyond.length > 0) this.#arriveBeyond(beyond);
    this.#loop.wake();
  }

  /** Forgets what waits, and reads it anew for those who listen. */
  reload(): void {
    if (this.#stopped) return;
    this.#paused = false;
    this.#window.clear();
    this.#reloads += 1;
    this.#place = null;
    this.#sweptAt = performance.now();
    for (const listener of this.#listeners.all()) {
      listener.seen = 0;
      listener.startOver();
    }
    this.#loop.wake();
  }

  /** Asks the database no more. */
  stop(): void {
    this.#stopped = true;
    this.#paused = true;
    this.#lookers.clear();
  }

  /**
   * Somebody was asked about this and has ended. Others that were asked in the same turn may not have been shown what that
   * one chose, so that a thousand need not be asked a thousand times: it is offered to them as if it arrived now.
   */
  #offerAgain(asked: Candidates): void {
    const free = asked.filter((candidate) => this.#window.holds(candidate));
    for (const candidate of free) {
      this.#window.take(candidate);
      this.#window.settle(candidate);
    }
    for (const listener of this.#listeners.all()) if (!listener.done) listener.missed = true;
    this.arrive(free);
  }

  #arriveBeyond(beyond: Candidates): void {
    const offers = toOffers(beyond);
    for (const listener of this.#listeners.matching(beyond.map(({ message }) => message))) {
      if (listener.busy) listener.postpone(beyond);
      // Who has not come so far yet comes to it. But what is being read may not have it.
      else if (listener.done || this.#looking) this.#offerEach(listener, offers);
    }
  }

  /** Offers what is in the window and this listener has not been offered yet. */
  #offer(listener: QueueListener): void {
    while (listener.idle && !this.#paused) {
      const { offer, last } = this.#window.after(listener.seen, listener.most);
      listener.seen = last;
      if (offer.messages.length === 0) return;
      this.#try(listener, offer, []);
    }
  }

  /** Offers what is not in the window. @param look which brought it; null if it arrived */
  #offerEach(listener: QueueListener, offers: Offers, look: Look | null = null): void {
    for (let index = 0; index < offers.length && listener.idle && !this.#paused; index += 1) {
      const offer = offers[index]?.left();
      if (offer !== undefined) this.#try(listener, offer, offers.slice(index), look);
    }
    if (look !== null && listener.idle) listener.pass(look);
  }

  /** @param rest to be offered if others are quicker */
  #try(listener: QueueListener, offer: QueueOffer, rest: Offers, look: Look | null = null): void {
    if (listener.isAsked) {
      void this.#ask(listener, offer, rest, look);
      return;
    }
    const wanted = listener.select(offer);
    if (wanted.length > 0) this.#take(listener, wanted, rest, offer.cut);
  }

  /** Asks an adapter that answers later. Nobody waits for it: what it wants may be somebody else's by then. */
  async #ask(listener: QueueListener, offer: QueueOffer, rest: Offers, look: Look | null): Promise<void> {
    const reloads = this.#reloads;
    if (look !== null) this.#lookers.add(listener);
    const isFree = (candidate: Candidate) => this.#window.holds(candidate);
    for (let left = offer; ; left = left.only(isFree)) {
      const wanted = await listener.ask(left);
      if (listener.ended) return;
      // What was offered is of the time before, and is offered anew.
      if (this.#paused || reloads !== this.#reloads) break;
      const free = wanted.filter(isFree);
      if (free.length > 0) return this.#take(listener, free, rest, offer.cut);
      if (wanted.length === 0) break;
    }
    const later = listener.answered();
    if (reloads === this.#reloads) {
      const others = rest.slice(1).flatMap(({ candidates }) => candidates);
      this.#offerEach(listener, this.#window.unknown([...others, ...later]), look);
    }
    if (listener.idle) this.#lookers.delete(listener);
    this.#offer(listener);
    this.#loop.wake();
  }

  #take(listener: QueueListener, wanted: Candidates, rest: Offers, whole: boolean): void {
    for (const candidate of wanted) this.#window.take(candidate);
    listener.claims();
    this.#lookers.delete(listener);
    void this.#claim(listener, wanted, rest, whole);
  }

  async #claim(listener: QueueListener, wanted: Candidates, rest: Offers, whole: boolean): Promise<void> {
    this.#claims += 1;
    const granted = await this.#store
      .claim(wanted.map(({ message }) => message.id))
      .catch((error: unknown) => this.#fail(error));
    this.#claims -= 1;
    const again = wanted.map((candidate) => this.#window.settle(candidate)).filter((one) => one !== null);
    if (granted === null) {
      // What was wanted waits in the database, and is read again with everything else.
      listener.busy = false;
      return;
    }
    this.#events.worked();
    const ours = wanted.filter(({ message }) => granted.has(message.id));
    if (ours.length > 0) listener.grant(this.#store, ours, whole);
    else {
      listener.refused();
      this.#offerEach(listener, this.#window.unknown(rest.flatMap(({ candidates }) => candidates)));
      this.#offer(listener);
    }
    if (again.length > 0) this.arrive(again);
    else this.#loop.wake();
  }

  #fail(error: unknown): null {
    this.#paused = true;
    this.#events.failed(error);
    return null;
  }

  /** @returns false if there is nothing to read */
  async #readPart(): Promise<boolean> {
    const { frontier } = this.#window;
    if (this.#listeners.size === 0 || frontier === null) return false;
    const hungry = this.#listeners.all().filter(({ idle, done }) => idle && !done);
    // While everybody takes what comes, little has to lie ready: it would only grow old in memory.
    if (this.#window.hasRoom(PAGE) && (hungry.length > 0 || this.#window.size < PAGE)) {
      await this.#fill();
      return true;
    }
    if (hungry.length === 0 || this.#lookers.busy) return false;
    if (performance.now() - this.#sweptAt > SWEEP_MS) await this.#sweep();
    else await this.#look(hungry, frontier);
    return true;
  }

  /** Reads the next part into the window. */
  async #fill(): Promise<void> {
    const reloads = this.#reloads;
    const page = await this.#store.waiting(this.#name, this.#window.begin(), PAGE);
    if (reloads !== this.#reloads) return;
    this.#window.finish(page);
    for (const listener of this.#listeners.all()) this.#offer(listener);
  }

  /** Forgets what others have taken out of the window. */
  async #sweep(): Promise<void> {
    const reloads = this.#reloads;
    const asked = this.#window.beginSweep();
    const waiting = await this.#store.stillWaiting(asked);
    if (reloads !== this.#reloads) return;
    this.#window.finishSweep(asked, waiting);
    this.#sweptAt = performance.now();
  }

  /**
   * Offers the next part of what lies behind the window to all who found nothing in it. Round and round: who comes later
   * joins, and is led on from the beginning to where it joined.
   */
  async #look(hungry: readonly QueueListener[], frontier: string): Promise<void> {
    const reloads = this.#reloads;
    const start = this.#place === null || compareIds(this.#place, frontier) <= 0;
    const place = start ? frontier : (this.#place ?? frontier);
    this.#looks += 1;
    const number = this.#looks;
    for (const listener of hungry) listener.join(number, place, start);
    this.#looking = true;
    const { arrivals, next } = await this.#store.waiting(this.#name, place, PAGE).finally(() => {
      this.#looking = false;
    });
    if (reloads !== this.#reloads) return;
    const offers = this.#window.unknown(arrivals.map(toCandidate));
    for (const listener of this.#listeners.all()) {
      if (listener.idle && listener.follows(number)) this.#offerEach(listener, offers, { number, next });
    }
    this.#place = next;
  }
}
