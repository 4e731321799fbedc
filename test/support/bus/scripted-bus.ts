import { onTestFinished, vi } from 'vitest';
import type { SidecarError } from '../../../sidecar/src/api/sidecar-error.ts';
import type { BusAnswer, BusAsk, BusRefusal, BusReply } from '../../../sidecar/src/bus/bus-ask.ts';
import type { BusClient, Visitor } from '../../../sidecar/src/bus/bus-client.ts';
import { type BusFacts, USUAL_FACTS } from '../../../sidecar/src/bus/bus-facts.ts';
import type { BusGateway, HeldSession, SessionHolder } from '../../../sidecar/src/bus/bus-gateway.ts';
import type { BusSource } from '../../../sidecar/src/bus/notification.ts';
import { Subscriptions } from '../../../sidecar/src/bus/subscriptions.ts';
import { LineLog } from '../../../sidecar/src/observability/line-log.ts';

/** A session that is watched, as a test sees it. */
export interface Hold {
  readonly token: string;
  readonly holder: SessionHolder;
  readonly renewed: string[];
  released: boolean;
}

/** One database whose Odoo answers as a test tells it to. */
export class ScriptedGateway implements BusGateway {
  readonly name: string;
  readonly bus: BusSource;
  readonly requests: { readonly origin: string | null; readonly asks: readonly BusAsk[] }[] = [];
  readonly holds: Hold[] = [];
  facts: BusFacts = USUAL_FACTS;
  answer: (ask: BusAsk) => BusAnswer | Promise<BusAnswer> = (ask) => granted(ask);
  /** Why a session is not good. */
  refusal: SidecarError | null = null;
  #tokens = 0;

  constructor(name: string, ready = true) {
    this.name = name;
    this.bus = {
      ...{ position: '', ready, listen: () => undefined },
      fresh: () => Promise.resolve(),
      missed: () => Promise.resolve([]),
    };
  }

  get asks(): BusAsk[] {
    return this.requests.flatMap(({ asks }) => asks);
  }

  /** What is asked about one kind. */
  kinds(kind: BusAsk['kind']): BusAsk[] {
    return this.asks.filter((ask) => ask.kind === kind);
  }

  /** A grant for a user, with a token if it is wanted. */
  toUser(uid: number, channels: readonly string[] = ['["db","broadcast"]']): (ask: BusAsk) => BusAnswer {
    return (ask) => {
      if (ask.kind !== 'subscribe') return { granted: null };
      this.#tokens += 1;
      const token = ask.token ? `token ${this.#tokens}` : null;
      return { granted: { uid, session: true, channels: new Set(channels), last: ask.last, token } };
    };
  }

  async askBus(origin: string | null, asks: readonly BusAsk[]): Promise<BusReply> {
    this.requests.push({ origin, asks });
    const answers: BusAnswer[] = [];
    for (const ask of asks) answers.push(await this.answer(ask));
    return { facts: this.facts, answers };
  }

  async holdSession(token: string, holder: SessionHolder): Promise<HeldSession> {
    if (this.refusal !== null) throw this.refusal;
    const hold: Hold = { token, holder, renewed: [], released: false };
    this.holds.push(hold);
    return {
      token,
      renew: async (other) => void hold.renewed.push(other),
      release: () => {
        hold.released = true;
      },
    };
  }
}

/** What a visitor gets. */
export function granted(ask: BusAsk): BusAnswer {
  if (ask.kind !== 'subscribe') return { granted: null };
  const channels = new Set(ask.channels.map((name) => `["db","${name}"]`));
  return { granted: { uid: null, session: false, channels, last: ask.last, token: null } };
}

/** A browser's socket, as a test sees it. */
export class ScriptedClient implements BusClient {
  readonly visitor: Visitor;
  readonly subscribed: {
    readonly db: string;
    readonly channels: readonly string[];
    readonly last: number;
  }[] = [];
  /** The number, and the reason if there is one. */
  closed: string | null = null;
  bridged = false;
  readonly #hasBridge: boolean;

  constructor(visitor: Partial<Visitor> = {}, hasBridge = false) {
    this.visitor = {
      ...{ cookie: '', headers: { 'user-agent': 'A test' }, origin: null, hasUserAgent: true, version: null },
      ...visitor,
    };
    this.#hasBridge = hasBridge;
  }

  get open(): boolean {
    return this.closed === null && !this.bridged;
  }

  async subscribe(db: string, channels: ReadonlySet<string>, last: number): Promise<void> {
    this.subscribed.push({ db, channels: [...channels], last });
  }

  bridge(): boolean {
    this.bridged = this.#hasBridge;
    return this.#hasBridge;
  }

  close(code: number, reason?: string): void {
    this.closed ??= reason === undefined ? `${code}` : `${code} ${reason}`;
  }
}

/** Subscriptions to scripted databases; stopped with the test. */
export function startSubscriptions(...gateways: ScriptedGateway[]) {
  const lines: string[] = [];
  const log = new LineLog((line) => lines.push(line), 1, 'odoo');
  const subscriptions = new Subscriptions({ gateways, maxCursor: 2, log });
  onTestFinished(() => subscriptions.stop());
  return { subscriptions, lines };
}

/** A socket of a browser that is logged in with that session. */
export function clientOf(session: string, visitor: Partial<Visitor> = {}): ScriptedClient {
  return new ScriptedClient({ cookie: `a=b; session_id=${session}`, ...visitor });
}

/** One database with Odoo's bus, and subscriptions to it. */
export function startOne() {
  const gateway = new ScriptedGateway('one');
  return { gateway, ...startSubscriptions(gateway) };
}

/** With fake timers: for what takes no time but the turns of the event loop. */
export const soon = () => vi.advanceTimersByTimeAsync(10);
export const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

/** That Odoo does not do it. */
export function refused(why: BusRefusal['why'], more: Partial<BusRefusal> = {}): BusAnswer {
  return { refused: { why, db: null, message: null, ...more } };
}
