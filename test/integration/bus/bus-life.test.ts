import { once } from 'node:events';
import { expect, it } from 'vitest';
import { addBus, removeBus } from '../../support/bus/bus-database.ts';
import { serving, startBusStage } from '../../support/bus/bus-stage.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';

const later = (seconds: number) => performance.now() + seconds * 1_000;

async function metric(url: string, name: string): Promise<string | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1];
}

it('a notification to all reaches every page, and is counted for each', async () => {
  const { sidecar, hearing, notify, database } = await startBusStage();
  const pages = await Promise.all(Array.from({ length: 20 }, () => hearing([])));
  const before = Number(await metric(sidecar.url, 'web_socketio_bus_notifications_total'));
  await notify('broadcast', { to: 'all' });
  await Promise.all(pages.map((page) => page.until(1)));
  // Those that said that the others are ready came before.
  for (const page of pages) expect(page.payloads.at(-1)).toEqual({ to: 'all' });
  const after = Number(await metric(sidecar.url, 'web_socketio_bus_notifications_total'));
  expect(after - before).toBe(20);
  expect(await metric(sidecar.url, 'web_socketio_bus_sockets')).toBe('20');
  const readiness: unknown = await (await fetch(`${sidecar.url}/readyz`)).json();
  expect(readiness).toMatchObject({ busSockets: { [database.name]: 20 } });
  for (const page of pages) page.ws.close();
  await expect.poll(() => metric(sidecar.url, 'web_socketio_bus_sockets')).toBe('0');
});

it('a page that comes back gets what it missed, once, and what comes then', async () => {
  const { sidecar, hearing, notify } = await startBusStage();
  const page = await hearing(['mine']);
  await notify('mine', 1);
  await page.until(1);
  page.ws.terminate();
  await notify('mine', 2);
  await notify('other', 3);
  const back = await BusWebSocket.open(sidecar.url);
  back.subscribe(['mine'], page.last);
  expect(await back.until(1)).toEqual([2]);
  await notify('mine', 4);
  expect(await back.until(2)).toEqual([2, 4]);
});

it('more channels bring what was missed in those, and no channel brings anything after it was left', async () => {
  const { hearing, notify } = await startBusStage();
  const page = await hearing(['first']);
  const { last } = page;
  await notify('second', 'missed');
  await notify('first', 1);
  await page.until(1);
  page.subscribe(['second'], last);
  expect(await page.until(2)).toEqual([1, 'missed']);
  await notify('first', 'left');
  await notify('second', 2);
  expect(await page.until(3)).toEqual([1, 'missed', 2]);
});

it('sends a ping to a page that is silent, and cuts it if it does not answer', async () => {
  const { sidecar, odoo, hearing } = await startBusStage();
  const page = await hearing([]);
  const silent = await RawWebSocket.openAt(sidecar.url, '/websocket', { Origin: sidecar.url });
  sidecar.sidecar.lookAfterBus(later(39));
  const pinged = once(page.ws, 'ping');
  sidecar.sidecar.lookAfterBus(later(41));
  await pinged;
  // The answer of the page has arrived when this has: a connection keeps its order.
  page.send({ event_name: 'any' });
  await expect.poll(() => odoo.route.carried).toHaveLength(1);
  await expect.poll(() => sidecar.sidecar.lookAfterBus(later(57)) ?? silent.tcp.destroyed).toBe(true);
  expect(silent.closeCode).toBe(null);
  expect(page.ws.readyState).toBe(1);
});

it('closes a page that was connected for the time that Odoo has for that, or up to half more', async () => {
  const { sidecar, odoo, hearing, notify } = await startBusStage();
  odoo.route.facts = { ...odoo.route.facts, keep_alive_timeout: 100 };
  // Odoo tells it with its first answer: this one is open before that.
  const page = await hearing([]);
  sidecar.sidecar.lookAfterBus(later(99));
  // Had it been closed, this would come after that.
  await notify('broadcast', 'still there');
  expect(await page.until(1)).toEqual(['still there']);
  sidecar.sidecar.lookAfterBus(later(151));
  expect(await page.closed).toEqual({ code: 4002, reason: '' });
});

it('a sidecar that stops says that it goes away, and lets no page in', async () => {
  const { sidecar, hearing } = await startBusStage({ drainSeconds: 1 });
  const pages = await Promise.all([hearing([]), hearing([]), hearing([])]);
  const stopped = sidecar.sidecar.stop();
  expect(await BusWebSocket.refusal(sidecar.url)).toBe(503);
  for (const { closed } of pages) expect(await closed).toEqual({ code: 1001, reason: '' });
  await stopped;
});

it('a page that does not answer the close of a sidecar that stops holds it up for no long', async () => {
  const { sidecar } = await startBusStage({ drainSeconds: 0 });
  const raw = await RawWebSocket.openAt(sidecar.url, '/websocket', { Origin: sidecar.url });
  raw.tcp.pause();
  await sidecar.sidecar.stop();
  raw.tcp.resume();
  await raw.closed;
});

it('is served as soon as the addon is installed, and no more when it is uninstalled, without a restart', async () => {
  const { sidecar, database, hearing } = await startBusStage();
  const page = await hearing(['mine']);
  const said = () => sidecar.log.match(/INFO .*Odoo's bus is (no longer )?served/g);
  expect(said()).toHaveLength(1);
  await removeBus(database);
  expect(await page.closed).toEqual({ code: 1012, reason: '' });
  await expect.poll(() => BusWebSocket.refusal(sidecar.url), { interval: 500 }).toBe(503);
  await expect.poll(() => sidecar.log).toContain('bus_not_installed');
  expect(said()?.at(-1)).toContain(`${database.name} web_socketio: Odoo's bus is no longer served`);
  await addBus(database);
  await serving(sidecar);
  expect(said()).toHaveLength(3);
  const back = await hearing(['mine']);
  expect(back.ws.readyState).toBe(1);
});
