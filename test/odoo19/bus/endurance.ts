import { expect, it, onTestFinished } from 'vitest';
import { newChannel } from '../../support/bus/bus-sender.ts';
import { BusSocket } from '../../support/bus/bus-socket.ts';
import { OPCODE, RawBusSocket } from '../../support/bus/raw-bus-socket.ts';
import type { BusServer } from './bus-stage.ts';
import { type GetServed, settle, subscribe } from './served.ts';

/** Sockets that were opened long before they are looked at: a server says nothing to a silent one for 40 seconds. */
export interface SilentSockets {
  /** Answers pings. */
  readonly alive: BusSocket;
  readonly pinged: Promise<unknown>;
  /** Answers none. */
  readonly deaf: BusSocket;
  /** Was told to go, and answers that with nothing but pongs. */
  readonly stubborn: RawBusSocket;
  close(): void;
}

export async function openSilentSockets({ url }: BusServer): Promise<SilentSockets> {
  const releases: (() => void)[] = [];
  const onFinished = (release: () => void) => void releases.push(release);
  const alive = await BusSocket.open(url, { onFinished });
  const pinged = new Promise((resolve) => alive.socket.once('ping', resolve));
  const deaf = await BusSocket.open(url, { isDeaf: true, onFinished });
  const stubborn = await RawBusSocket.open(url, onFinished);
  // Too many frames.
  for (let sent = 0; sent < 30; sent += 1) stubborn.send({ opcode: OPCODE.text, payload: '{}' });
  return {
    alive,
    pinged,
    deaf,
    stubborn,
    close: () => releases.splice(0).forEach((release) => void release()),
  };
}

/** What happens to sockets after a while. */
export function enduranceCases(served: GetServed, silent: () => SilentSockets): void {
  it('asks a page to come back after a time, with 4002', async () => {
    const { impatientUrl } = served().server;
    // The sidecar learns with the first subscription what Odoo is configured with.
    await subscribe(served(), await BusSocket.open(impatientUrl), []);
    const socket = await BusSocket.open(impatientUrl);
    // Odoo looks at its clock when something comes, or every 15 seconds.
    const knocking = setInterval(() => socket.send('\0'), 500);
    onTestFinished(() => clearInterval(knocking));
    expect(await socket.closed).toMatchObject({ code: 4002 });
  });

  it('ends a connection that does not answer the close', async () => {
    const { stubborn } = silent();
    expect(await stubborn.closeCode()).toBe(1013);
    // That there is somebody does not count.
    const talking = setInterval(() => stubborn.send({ opcode: OPCODE.pong }), 1_000);
    onTestFinished(() => clearInterval(talking));
    await stubborn.closed;
  });

  it('ends a connection that answers no ping, and keeps one that does', async () => {
    const { alive, pinged, deaf } = silent();
    await pinged;
    expect(await deaf.closed).toMatchObject({ code: 1006 });
    const channel = newChannel();
    alive.subscribe([channel], await served().sender.lastId());
    await settle(served(), alive, channel);
    expect(alive.isOpen).toBe(true);
  });
}
