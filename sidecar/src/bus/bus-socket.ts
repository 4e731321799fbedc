import type { Problem } from '../api/problem.ts';
import type { BusChannel, BusListener, Place } from './bus-channel.ts';
import type { BusClient, BusSubscriptions, Visitor } from './bus-client.ts';
import { USUAL_FACTS } from './bus-facts.ts';
import type { BusHub } from './bus-hub.ts';
import { readFrame } from './client-frame.ts';
import { KEEP_ALIVE_TIMEOUT, TRY_LATER } from './close-codes.ts';
import { EarlyFrames } from './early-frames.ts';
import type { EventedRequest } from './evented-worker.ts';
import { FrameRate } from './frame-rate.ts';
import type { Share } from './share.ts';
import type { Wire, WireOwner } from './wire.ts';

/** What all bus sockets share. */
export interface BusSocketParts {
  readonly subscriptions: BusSubscriptions;
  readonly hubs: ReadonlyMap<string, BusHub>;
  /** @param early what came over it until now @returns false if there is no evented worker */
  bridge(socket: BusSocket, early: EarlyFrames): boolean;
  gone(socket: BusSocket): void;
  warn(kind: string, problem: Problem): void;
}

/** One page's connection to Odoo's bus. */
export class BusSocket implements BusClient, BusListener, WireOwner {
  readonly visitor: Visitor;
  readonly wire: Wire;
  channels: readonly BusChannel[] = [];
  share: Share | null = null;
  readonly #parts: BusSocketParts;
  readonly #rate = new FrameRate();
  /** By the monotonic clock; before Odoo has said how long that is, when it was opened, below 0. */
  #closeAt: number;
  #hub: BusHub | null = null;
  /** What has to wait while it is read what was missed. */
  #places: Place[] = [];
  /** Until it is subscribed, for Odoo's evented worker if there is one. */
  #early: EarlyFrames | null;
  #open = true;

  /** @param now by the monotonic clock, in milliseconds */
  constructor(
    wire: Wire,
    visitor: Visitor,
    request: EventedRequest | null,
    parts: BusSocketParts,
    now: number,
  ) {
    this.wire = wire;
    this.visitor = visitor;
    this.#parts = parts;
    this.#early = request === null ? null : new EarlyFrames(request);
    this.#closeAt = -Math.round(now);
  }

  get open(): boolean {
    return this.#open;
  }

  async subscribe(db: string, channels: ReadonlySet<string>, last: number): Promise<void> {
    if (!this.#open) return;
    const hub = this.#parts.hubs.get(db);
    // It goes on with nobody else's positions: it comes back, and begins there.
    if (hub === undefined || (this.#hub !== null && this.#hub !== hub)) return this.close(TRY_LATER);
    this.#hub = hub;
    this.#early = null;
    await hub.subscribe(this, channels, last);
  }

  bridge(): boolean {
    if (!this.#open || this.#early === null) return false;
    if (!this.#parts.bridge(this, this.#early)) return false;
    this.#end(false);
    return true;
  }

  close(code: number, reason?: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#hub?.leave(this);
    this.wire.close(code, reason);
  }

  deliver(frame: Buffer): void {
    if (this.#places.length === 0) this.wire.write(frame);
    else this.#places.push({ frame, known: true });
  }

  hold(): Place {
    const place: Place = { frame: null, known: false };
    this.#places.push(place);
    return place;
  }

  fill(place: Place, frame: Buffer | null): void {
    place.frame = frame;
    place.known = true;
    while (this.#places[0]?.known === true) {
      const first = this.#places.shift();
      if (first?.frame != null) this.wire.write(first.frame);
    }
  }

  message(data: Buffer): void {
    if (!this.#open || !this.#count()) return;
    const frame = readFrame(data);
    if (frame.kind === 'alive') return;
    if (frame.kind === 'invalid') {
      const message = `A page sent ${frame.why} over Odoo's bus: nothing is done, as by Odoo.`;
      return void this.#parts.warn('frame', { code: 'bus_frame_invalid', message });
    }
    this.#early?.add(data, frame.kind === 'subscribe');
    const { subscriptions } = this.#parts;
    if (frame.kind === 'subscribe') subscriptions.subscribe(this, frame.channels, frame.last);
    else subscriptions.event(this, frame.name, frame.data);
  }

  control(): void {
    if (this.#open) this.#count();
  }

  slow(waiting: number): void {
    if (!this.#open) return;
    const message = `${waiting} bytes wait for a page that does not read Odoo's bus: its connection is cut`;
    this.#parts.warn('slow', { code: 'client_slow', message });
    this.#open = false;
    this.#hub?.leave(this);
    this.wire.cut(TRY_LATER);
  }

  broken({ message }: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.#hub?.leave(this);
    const text = `A page sent what is no WebSocket frame of Odoo's bus: ${message}. Its connection is closed.`;
    this.#parts.warn('broken', { code: 'bus_frame_invalid', message: text });
  }

  gone(): void {
    this.#end(true);
  }

  /** To be called every few seconds. @param now by the monotonic clock, in milliseconds */
  tick(now: number): void {
    if (this.#isTooOld(now)) this.close(KEEP_ALIVE_TIMEOUT);
    this.wire.tick(now);
  }

  #isTooOld(now: number): boolean {
    const { facts } = this.#parts.subscriptions;
    if (this.#closeAt <= 0 && facts !== null) {
      // As Odoo does: those that came together do not go together.
      const lasts = facts.keepAliveTimeout * 1_000 * (1 + Math.random() / 2);
      this.#closeAt = Math.round(lasts - this.#closeAt);
    }
    return this.#closeAt > 0 && now >= this.#closeAt;
  }

  #end(isClosed: boolean): void {
    this.#open = false;
    this.#hub?.leave(this);
    this.#places = [];
    this.#early = null;
    if (isClosed) this.wire.owner = null;
    this.#parts.gone(this);
  }

  /** @returns false if it came too soon, and the socket is closed */
  #count(): boolean {
    const now = performance.now();
    this.wire.heard(now);
    const { rateLimitBurst, rateLimitDelay } = this.#parts.subscriptions.facts ?? USUAL_FACTS;
    if (this.#rate.take(now, rateLimitBurst, rateLimitDelay * 1_000)) return true;
    const message = `A page sent more than ${rateLimitBurst} frames in ${rateLimitBurst * rateLimitDelay} s over Odoo's bus: its connection is closed. Odoo's websocket_rate_limit_burst and websocket_rate_limit_delay say how many.`;
    this.#parts.warn('rate', { code: 'bus_too_many_frames', message });
    this.close(TRY_LATER);
    return false;
  }
}
