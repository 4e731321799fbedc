import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newChannel } from '../../support/bus/bus-sender.ts';
import type { BusSocket } from '../../support/bus/bus-socket.ts';
import { type GetServed, open, settle } from './served.ts';

/** Odoo's own settings: so many frames at once, and afterwards one in so many milliseconds. */
const [BURST, DELAY_MS] = [10, 200];

/** How many frames a page may send. Its own clock makes the pace: a busy machine only makes it slower. */
export function rateLimitCases(served: GetServed): void {
  const send = (socket: BusSocket) => socket.event('test_rate_limiting', null);
  const sendSlowly = async (socket: BusSocket, count: number, delay: number) => {
    for (let sent = 0; sent < count; sent += 1) {
      await sleep(delay);
      send(socket);
    }
  };
  const staysOpen = async (socket: BusSocket) => {
    const channel = newChannel();
    await sleep(2 * DELAY_MS);
    socket.subscribe([channel], await served().sender.lastId());
    await settle(served(), socket, channel);
    expect(socket.isOpen).toBe(true);
  };

  // At the same time, since they mostly wait.
  describe.concurrent('A page', () => {
    it('may go on for ever at the pace', async ({ onTestFinished: onFinished }) => {
      const socket = await open(served(), { onFinished });
      await sendSlowly(socket, BURST + 2, DELAY_MS * 1.25);
      await staysOpen(socket);
    });

    it('may begin with half a burst', async ({ onTestFinished: onFinished }) => {
      const socket = await open(served(), { onFinished });
      for (let sent = 0; sent < BURST / 2; sent += 1) send(socket);
      await sendSlowly(socket, BURST, DELAY_MS * 2);
      await staysOpen(socket);
    });

    it('is told to try later when it sends more than a burst at once', async ({
      onTestFinished: onFinished,
    }) => {
      const socket = await open(served(), { onFinished });
      for (let sent = 0; sent < BURST + 1; sent += 1) send(socket);
      expect(await socket.closed).toMatchObject({ code: 1013 });
    });

    it('is told so after a slow beginning, too', async ({ onTestFinished: onFinished }) => {
      const socket = await open(served(), { onFinished });
      await sendSlowly(socket, BURST + 1, DELAY_MS * 1.25);
      expect(socket.isOpen).toBe(true);
      for (let sent = 0; sent < BURST * 2; sent += 1) send(socket);
      expect(await socket.closed).toMatchObject({ code: 1013 });
    });

    it('that sends 100 frames at once harms nobody else', async ({ onTestFinished: onFinished }) => {
      const [rude, other] = [await open(served(), { onFinished }), await open(served(), { onFinished })];
      for (let sent = 0; sent < 100; sent += 1) send(rude);
      expect(await rude.closed).toMatchObject({ code: 1013 });
      await staysOpen(other);
    });
  });
}
