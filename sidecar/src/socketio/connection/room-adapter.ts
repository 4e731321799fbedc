import { Adapter, type Room, type SocketId } from 'socket.io-adapter';

type Rooms = Set<Room>;

/** The rooms by their names. One that bears the id of a socket is that socket's own, and is not kept. */
class RoomMap extends Map<Room, Set<SocketId>> {
  readonly #sockets: ReadonlyMap<SocketId, Rooms>;

  constructor(sockets: ReadonlyMap<SocketId, Rooms>) {
    super();
    this.#sockets = sockets;
  }

  override has(room: Room): boolean {
    return super.has(room) || this.#sockets.has(room);
  }

  override get(room: Room): Set<SocketId> | undefined {
    const members = super.get(room);
    return this.#sockets.has(room) ? new Set([room, ...(members ?? [])]) : members;
  }

  add(room: Room, id: SocketId): void {
    const members = super.get(room);
    if (members === undefined) this.set(room, new Set([id]));
    else members.add(id);
  }

  /** @returns whether nobody is left */
  leave(room: Room, id: SocketId): boolean {
    const members = super.get(room);
    members?.delete(id);
    return members?.size === 0 && this.delete(room);
  }
}

/**
 * Rooms in memory, as Socket.IO's own adapter keeps them, for sockets that are in one each besides their own: sets of one name take
 * 150 bytes, and that one made three for each of thousands of sockets. Here those in the same room share theirs, and a socket's own room
 * is nowhere. Nobody is told of rooms that begin or end.
 */
export class RoomAdapter extends Adapter {
  override readonly rooms = new RoomMap(this.sids);
  /** By the only room of which they are the set. Shared: never changed. */
  readonly #alone = new Map<Room, Rooms>();
  readonly #none: Rooms = new Set();

  override addAll(id: SocketId, rooms: Set<Room>): void {
    let known = this.sids.get(id) ?? this.#none;
    this.sids.set(id, known);
    for (const room of rooms) {
      if (room === id || known.has(room)) continue;
      known = known.size === 0 ? this.#onlyIn(room) : new Set([...known, room]);
      this.sids.set(id, known);
      this.rooms.add(room, id);
    }
  }

  override del(id: SocketId, room: Room): void {
    const known = this.sids.get(id);
    if (known?.has(room) !== true) return;
    this.sids.set(id, new Set([...known].filter((one) => one !== room)));
    this.#leave(id, room);
  }

  override delAll(id: SocketId): void {
    const known = this.sids.get(id) ?? this.#none;
    this.sids.delete(id);
    for (const room of known) this.#leave(id, room);
  }

  override socketRooms(id: SocketId): Set<Room> | undefined {
    const known = this.sids.get(id);
    return known && new Set([id, ...known]);
  }

  #leave(id: SocketId, room: Room): void {
    if (this.rooms.leave(room, id)) this.#alone.delete(room);
  }

  #onlyIn(room: Room): Rooms {
    const known = this.#alone.get(room) ?? new Set([room]);
    this.#alone.set(room, known);
    return known;
  }
}
