import { MOST_POSITIONS } from '../../../protocol/limits.ts';
import { BASE, type PagePosition, type PagePositions } from '../../../protocol/position.ts';
import type { DeclaredAdapter } from '../../api/adapter-registry.ts';
import { type Batch, Cursor } from '../../delivery/each/cursor.ts';
import { toPagePosition } from '../../delivery/each/page-position.ts';
import type { Position, Positions } from '../../delivery/each/position.ts';
import type { Gap } from '../../delivery/each/replay.ts';
import { FewMap } from '../../lib/few-map.ts';
import { FewSet } from '../../lib/few-set.ts';
import type { JsonText } from '../../lib/json-text.ts';
import type { Gateway } from '../gateway.ts';
import type { HandlerRun } from '../handlers/handler-run.ts';
import { isReadWith, readingKey } from '../handlers/reading.ts';
import { ForgottenKeys } from './forgotten-keys.ts';
import { toPositionArgument } from './position-argument.ts';

/** What the places of a socket need of it. */
export interface CursorsOwner {
  readonly gateway: Gateway;
  /** What is sent from now on goes together, until the end of this turn of the event loop. */
  gather(): void;
  /** Sends the positions to the page. */
  send(positions: PagePositions): void;
  /** Tells the page that messages were missed. @param channel null: of any channel */
  resync(reason: Gap | 'attempts', channel: string | null): void;
}

interface LastParcel {
  readonly key: string;
  readonly position: Position;
  readonly text: string;
  readonly parcel: JsonText;
}

const lastParcels = new WeakMap<DeclaredAdapter, LastParcel>();

/** Positions that moved are told to the page at least so often … */
export const TELL_MS = 5 * 60_000;
/**
 * … and when so many messages were read since, of whatever channel: a page that gets none of them stays where it was, and
 * would be told that it missed more than can be replayed when its link is cut.
 */
export const TELL_READ = 1_000;

/**
 * How far one socket has read its channels of mode `each`, by adapter and arguments of `listen`, and what its page has to know of that so
 * that it can go on from there with any sidecar.
 */
export class SocketCursors {
  readonly #owner: CursorsOwner;
  /** What the page said when it connected; null if it keeps no positions. */
  readonly #given: Positions | null;
  /** By their keys, what was not used for long first; a promise while what the page missed is being read. */
  readonly #cursors = new FewMap<string, Cursor | Promise<Cursor>>();
  /** Those of whose position the page has to hear. */
  readonly #moved = new FewSet<Cursor>();
  /** What was dropped from the cursors; null while nothing was. */
  #forgotten: ForgottenKeys | null = null;
  /** Channels of which the page has been told that a position of it may be forgotten; null while there are none. */
  #lost: Set<string> | null = null;
  #all = false;
  #telling: NodeJS.Immediate | null = null;
  #toldAt = performance.now();
  /** The log's head when it was told of all of them. */
  #toldHead: number;
  #closed = false;

  constructor(owner: CursorsOwner, given: Positions | null) {
    this.#owner = owner;
    const { delivery } = owner.gateway;
    this.#toldHead = delivery.head;
    const isForeign = Object.values(given ?? {}).some(({ epoch }) => !delivery.knows(epoch));
    this.#given = isForeign ? {} : given;
    if (isForeign) this.#startAnew();
    else this.moved();
  }

  /**
   * The cursor of an adapter with these arguments. All handlers of the socket that read the same share it. It is made at
   * its first use: where the page was, which may have to be read, or where the run began; where the run is now, if it
   * read with other arguments before.
   */
  open(declared: DeclaredAdapter, args: readonly unknown[], run: HandlerRun): Cursor | Promise<Cursor> {
    const { reading } = run;
    const isSameAdapter = reading !== null && reading.cursor.adapter === declared;
    if (isSameAdapter && isReadWith(reading, args)) return reading.cursor;
    const key = readingKey(declared.key, args);
    const cursor =
      this.#find(key) ??
      (isSameAdapter ? this.#keep(reading.cursor.fork(key)) : this.#make(key, declared, run));
    if (cursor instanceof Cursor) return run.read(cursor, args);
    return cursor.then((opened) => run.read(opened, args));
  }

  /**
   * What to send in the same packet as a batch: the page keeps it when it has handled the packet.
   * @returns null if this page keeps no positions, or there is none to tell
   */
  parcel(cursor: Cursor, batch: Batch): JsonText | null {
    if (this.#given === null) return null;
    const position = cursor.position(this.#owner.gateway.delivery.epochOf(cursor.adapter.channel), batch);
    if (position === null) return null;
    const { key, adapter } = cursor;
    if (position.ids.length > 0 || position.failed !== undefined) {
      return toPositionArgument(key, JSON.stringify(toPagePosition(position)));
    }
    // A thousand pages that get the same message are at the same place: they share its text, and if they read with the
    // same arguments, all of it.
    const last = lastParcels.get(adapter);
    const isSame = last !== undefined && isSamePlace(last.position, position);
    if (isSame && last.key === key) return last.parcel;
    if (isSame) return toPositionArgument(key, last.text);
    const text = JSON.stringify(toPagePosition(position));
    const parcel = toPositionArgument(key, text);
    lastParcels.set(adapter, { key, position, text, parcel });
    return parcel;
  }

  /** A cursor moved and no packet told the page. @param cursor if it is known which: the others need not be told */
  moved(cursor?: Cursor): void {
    if (cursor === undefined) this.#all = true;
    else this.#moved.add(cursor);
    if (this.#given === null || this.#closed) return;
    // All that move in one turn of the event loop are told in one packet.
    if (this.#telling !== null) return;
    this.#telling = setImmediate(() => this.#tell());
    // And that with what a handler sends meanwhile: what was missed, mostly.
    this.#owner.gather();
  }

  /** Tells the page where it stands if it has not heard of it for a while. */
  tellIfOld(now: number): void {
    if (now - this.#toldAt >= TELL_MS || this.#untold >= TELL_READ) this.moved();
  }

  /** Tells the page where it stands, because it has to go elsewhere and come back from there. */
  tellAtEnd(): void {
    // Over long-polling it would hear of its end only by the next request.
    if (this.#untold === 0 && this.#telling === null) return;
    this.#all = true;
    this.#tell();
  }

  /** The database is another one now: everything starts from here. */
  restart(): void {
    for (const cursor of this.#cursors.values()) if (cursor instanceof Cursor) cursor.skip();
    this.#startAnew();
  }

  /** The socket is gone. */
  close(): void {
    this.#closed = true;
    if (this.#telling !== null) clearImmediate(this.#telling);
  }

  /** The page hears of its new positions first: if its link dies in between, it must not be told to load again twice. */
  #startAnew(): void {
    this.#all = true;
    this.#tell();
    this.#owner.resync('epoch', null);
  }

  /** How many messages were read since the page was told of all its positions. */
  get #untold(): number {
    return this.#owner.gateway.delivery.head - this.#toldHead;
  }

  #tell(): void {
    if (this.#telling !== null) clearImmediate(this.#telling);
    this.#telling = null;
    if (this.#given === null || this.#closed) return;
    this.#toldAt = performance.now();
    const { delivery } = this.#owner.gateway;
    if (this.#all) this.#toldHead = delivery.head;
    const positions: Record<string, PagePosition> = {
      // Where an adapter starts that is used for the first time when the page comes back.
      [BASE]: toPagePosition({
        ...delivery.position,
        // The page may never have heard of some of them.
        ...(this.#forgotten === null ? {} : { forgot: true }),
      }),
    };
    for (const cursor of this.#all ? this.#cursors.values() : this.#moved) {
      if (!(cursor instanceof Cursor)) continue;
      const position = cursor.position(delivery.epochOf(cursor.adapter.channel));
      if (position !== null) positions[cursor.key] = toPagePosition(position);
    }
    this.#all = false;
    this.#moved.clear();
    this.#owner.send(positions);
  }

  #find(key: string): Cursor | Promise<Cursor> | undefined {
    const cursor = this.#cursors.get(key);
    if (cursor === undefined) return undefined;
    this.#cursors.delete(key);
    this.#cursors.set(key, cursor);
    return cursor;
  }

  #make(key: string, declared: DeclaredAdapter, run: HandlerRun): Cursor | Promise<Cursor> {
    const { delivery } = this.#owner.gateway;
    if (this.#isForgotten(key, declared.channel)) return this.#keep(this.#behind(key, declared, 'position'));
    const position = this.#given?.[key] ?? (run.fromBase ? this.#given?.[BASE] : undefined);
    if (position === undefined) {
      return this.#keep(delivery.open(declared, key, run.startSeq ?? delivery.head));
    }
    const making = this.#replay(key, declared, position).then(
      (cursor) => this.#keep(cursor),
      (error: unknown) => {
        // The database could not be asked: the next `listen` tries again.
        this.#cursors.delete(key);
        throw error;
      },
    );
    this.#cursors.set(key, making);
    return making;
  }

  #keep(cursor: Cursor): Cursor {
    this.#cursors.set(cursor.key, cursor);
    for (const key of this.#cursors.keys()) {
      if (this.#cursors.size <= MOST_POSITIONS) break;
      this.#cursors.delete(key);
      // What the page said of it when it came is of no use any more: it would get it a second time.
      this.#forgotten ??= new ForgottenKeys();
      this.#forgotten.add(key);
    }
    this.moved(cursor);
    return cursor;
  }

  /** Was there a position of that name, here or with the page, that nobody has any more? */
  #isForgotten(key: string, channel: string): boolean {
    if (this.#forgotten?.has(key) === true) return true;
    if (this.#given === null || Object.hasOwn(this.#given, key)) return false;
    // The page does not know which it was. Who has loaded the data since it came back has all that it missed.
    if (this.#given[BASE]?.forgot !== true || this.#lost?.has(channel)) return false;
    this.#lost ??= new Set();
    this.#lost.add(channel);
    return true;
  }

  /** One that begins where the log ends, after the page has heard that it missed something. */
  #behind(key: string, declared: DeclaredAdapter, gap: Gap): Cursor {
    const { delivery } = this.#owner.gateway;
    this.#owner.resync(gap, declared.channel);
    const cursor = delivery.open(declared, key, delivery.head);
    cursor.skip();
    return cursor;
  }

  async #replay(key: string, declared: DeclaredAdapter, position: Position): Promise<Cursor> {
    const { gateway } = this.#owner;
    const result = await gateway.replay(declared.channel, position);
    if ('replay' in result) return gateway.delivery.open(declared, key, result.head, result.replay);
    return this.#behind(key, declared, result.gap);
  }
}

/** Do these two, which list no ids, have the same text? */
function isSamePlace(one: Position, other: Position): boolean {
  if (one.snapshot !== other.snapshot || one.epoch !== other.epoch) return false;
  return one.done?.id === other.done?.id && one.done?.upto === other.done?.upto;
}
