import { quote } from '../api/error.ts';
import type { Message } from '../api/message.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import type { Frame } from './frame.ts';
import { findUnfit } from './line-connection.ts';
import { toChoiceError, unfitError } from './worker-error.ts';

/** Who waits for a choice. */
interface Asked {
  readonly messages: readonly Message[];
  resolve(chosen: readonly Message[]): void;
  reject(error: unknown): void;
}

/** Listeners that are offered the same. */
interface Group {
  readonly messages: readonly Message[];
  readonly requests: number[];
  /** One of them that cannot be sent: nobody is asked. */
  readonly unfit: Message | null;
}

/** What one adapter is asked at once. */
interface Ask {
  readonly adapter: string;
  /** By the messages' ids. */
  readonly groups: Map<string, Group>;
  /** The same by the very list, which a thousand pages at one place share. */
  readonly lists: Map<readonly Message[], Group>;
  readonly asked: Map<number, Asked>;
  timer: NodeJS.Timeout | null;
}

/** So long may a `get` take. */
const ANSWER_MS = 30_000;
const NOTHING: readonly Message[] = [];

/** How frames go to the worker. */
export type Send = (frame: string, messages?: readonly Message[]) => void;

/**
 * Asks a worker's adapters which messages they take: once for all listeners that are offered something in one turn, since
 * one read brings the same messages to a thousand of them.
 */
export class AskBatch {
  readonly #send: Send;
  /** Those of this turn. */
  #open: Ask[] = [];
  /** Those that are not answered yet. */
  readonly #asks = new Map<number, Ask>();
  #last = 0;
  #gone: Error | null = null;

  constructor(send: Send) {
    this.#send = send;
  }

  /** @param request the `listen` that waits; it may be asked about several offers in one turn */
  ask(adapter: string, request: number, messages: readonly Message[]): Promise<readonly Message[]> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) return reject(this.#gone);
      if (this.#open.length === 0) queueMicrotask(() => this.#flush());
      // An answer names the listener only.
      let ask = this.#open.find((one) => one.adapter === adapter && !one.asked.has(request));
      if (ask === undefined) {
        ask = { adapter, groups: new Map(), lists: new Map(), asked: new Map(), timer: null };
        this.#open.push(ask);
      }
      const group = ask.lists.get(messages) ?? this.#group(ask, messages);
      const unfit = group.unfit;
      if (unfit !== null) return reject(unfitError(unfit));
      group.requests.push(request);
      ask.asked.set(request, { messages, resolve, reject });
    });
  }

  /** The worker's answer. Outside data: what it names that it was not given is refused. */
  selected([, id, chosen, failed]: Frame<'selected'>): void {
    const ask = this.#close(id);
    const others: Asked[] = [];
    for (const [request, asked] of ask?.asked ?? []) {
      if (Object.hasOwn(failed, request)) asked.reject(toChoiceError(failed[request]));
      else if (Object.hasOwn(chosen, request)) this.#choose(ask?.adapter, chosen[request], asked);
      else others.push(asked);
    }
    if (others.length === 0) return;
    // One of a thousand pages takes it: those that go on waiting would delay its messages.
    setImmediate(() => {
      for (const { resolve } of others) resolve(NOTHING);
    });
  }

  /** The worker has gone. */
  fail(error: Error): void {
    this.#gone = error;
    for (const { asked, timer } of [...this.#asks.values(), ...this.#open]) {
      if (timer !== null) clearTimeout(timer);
      for (const { reject } of asked.values()) reject(error);
    }
    this.#asks.clear();
    this.#open = [];
  }

  #choose(adapter: string | undefined, ids: unknown, { messages, resolve, reject }: Asked): void {
    const wanted = Array.isArray(ids) ? new Set<unknown>(ids) : null;
    const taken = messages.filter(({ id }) => wanted?.has(id));
    if (taken.length === wanted?.size) resolve(taken);
    else reject(choiceError(adapter, ids));
  }

  /** Never by looking at all groups: ten thousand pages with a key each have one of their own. */
  #group({ groups, lists }: Ask, messages: readonly Message[]): Group {
    const ids = messages.map(({ id }) => id).join();
    const group = groups.get(ids) ?? { messages, requests: [], unfit: findUnfit(messages) };
    groups.set(ids, group);
    lists.set(messages, group);
    return group;
  }

  #close(id: number): Ask | undefined {
    const ask = this.#asks.get(id);
    this.#asks.delete(id);
    if (ask?.timer) clearTimeout(ask.timer);
    return ask;
  }

  /** Else its listeners would be offered nothing any more. It counts as a failure of `get`. */
  #giveUp(id: number): void {
    const ask = this.#close(id);
    const text = `${ask?.adapter}.get has not answered for ${ANSWER_MS / 1000} s. Let it choose without waiting for anything.`;
    const error = new SidecarError('adapter_choice', text);
    for (const { reject } of ask?.asked.values() ?? []) reject(error);
  }

  #flush(): void {
    const open = this.#open;
    this.#open = [];
    for (const ask of open) {
      const asked = [...ask.groups.values()].filter(({ requests }) => requests.length > 0);
      if (asked.length === 0) continue;
      this.#last += 1;
      const id = this.#last;
      this.#asks.set(id, ask);
      ask.timer = setTimeout(() => this.#giveUp(id), ANSWER_MS).unref();
      const groups = asked.map(({ messages, requests }) => [messages.map(({ id }) => id), requests]);
      const messages = asked.flatMap((group) => group.messages);
      this.#send(JSON.stringify(['ask', id, ask.adapter, groups]), messages);
    }
  }
}

function choiceError(adapter = '', ids: unknown): SidecarError {
  return new SidecarError(
    'adapter_choice',
    `${adapter}.get chose ${quote(ids)}, which it was not given. Return a list of the messages it was given.`,
  );
}
