import { expect, it } from 'vitest';
import { startBusStage } from '../../support/bus/bus-stage.ts';
import { BusWebSocket } from '../../support/bus/bus-web-socket.ts';

it('has a thousand that come at once back with few requests, and all of them hear what comes', async () => {
  const stage = await startBusStage();
  const users: { headers: { Cookie: string } }[] = [];
  for (let number = 0; number < 20; number += 1) users.push(await stage.logIn(`user ${number}`));
  const sockets = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      BusWebSocket.open(stage.sidecar.url, index % 2 === 0 ? {} : users[index % users.length]?.headers),
    ),
  );
  for (const [index, socket] of sockets.entries()) socket.subscribe([`own ${index}`]);
  await expect.poll(() => stage.odoo.route.asks.length).toBe(1_000);
  await stage.notify('broadcast', 'to all');
  for (const index of [0, 1, 999]) await stage.notify(`own ${index}`, `to ${index}`);
  for (const socket of sockets) await socket.until(1);
  await Promise.all([0, 1, 999].map((index) => sockets[index]?.until(2)));
  for (const [index, { payloads }] of sockets.entries())
    expect(payloads).toEqual([0, 1, 999].includes(index) ? ['to all', `to ${index}`] : ['to all']);
  expect(stage.odoo.route.requests.length).toBeLessThanOrEqual(60);
});

it('lets sockets in while Odoo is away, and gives them what they missed when it is back', async () => {
  const stage = await startBusStage();
  const before = await stage.hearing(['mine']);
  stage.odoo.stop();
  const socket = await BusWebSocket.open(stage.sidecar.url);
  socket.subscribe(['mine']);
  before.subscribe(['mine', 'more']);
  await expect.poll(() => stage.sidecar.log).toContain('Bus sockets keep what they are subscribed to');
  await stage.notify('mine', 'meanwhile');
  await stage.notify('more', 'more of it');
  // What it is subscribed to comes all the same.
  expect(await before.until(1)).toEqual(['meanwhile']);
  await stage.odoo.start();
  // A first visit gets what is younger than 50 seconds, so what the other one waited for, too.
  expect(await socket.until(2)).toEqual([expect.stringMatching(/^ready /), 'meanwhile']);
  expect(await before.until(2)).toEqual(['meanwhile', 'more of it']);
  expect(stage.sidecar.log.match(/Bus sockets keep/g)).toHaveLength(1);
  await expect.poll(() => stage.sidecar.log).toContain('Odoo answers for bus sockets again');
});

it('carries events out once, as the user of the socket, and none that Odoo may have carried out already', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing([], alma.headers);
  const { route } = stage.odoo;
  socket.send({ event_name: 'mark', data: { any: ['thing'] } });
  await expect
    .poll(() => route.carried)
    .toMatchObject([{ uid: alma.uid, ask: { event_name: 'mark', data: { any: ['thing'] } } }]);
  route.instead = (response) => void response.destroy();
  socket.send({ event_name: 'broken', data: {} });
  await expect.poll(() => stage.sidecar.log).toContain('bus_event_dropped');
  route.instead = null;
  socket.send({ event_name: 'after', data: {} });
  await expect.poll(() => route.carried).toMatchObject([{}, { ask: { event_name: 'after' } }]);
});

it('has what a broken connection leaves open asked again, since nobody gets anything twice by that', async () => {
  const stage = await startBusStage();
  const { route } = stage.odoo;
  let broken = 0;
  route.instead = (response) => {
    if (broken++ === 0) response.destroy();
  };
  const socket = await stage.hearing(['mine']);
  await stage.notify('mine', 'once');
  expect(await socket.until(1)).toEqual(['once']);
  expect(broken).toBeGreaterThan(1);
});

it('serves the others when Odoo fails with one of them', async () => {
  const stage = await startBusStage();
  const { route } = stage.odoo;
  let isPoison = true;
  route.script = (ask) => {
    if (isPoison && Array.isArray(ask.channels) && ask.channels.includes('poison')) throw new Error('Poison');
    return null;
  };
  const sockets = await Promise.all(Array.from({ length: 20 }, () => BusWebSocket.open(stage.sidecar.url)));
  for (const [index, socket] of sockets.entries()) socket.subscribe(index === 7 ? ['poison'] : ['fine']);
  const others = sockets.filter((_, index) => index !== 7);
  await expect.poll(() => stage.sidecar.log).toContain('bus_ask_failed');
  await stage.notify('fine', 'fine');
  for (const socket of others) expect(await socket.until(1)).toEqual(['fine']);
  isPoison = false;
  await stage.notify('poison', 'at last');
  expect(await sockets[7]?.until(1)).toEqual(['at last']);
});

it('hears of presence now and then only, and of the end when the last tab is gone', async () => {
  const stage = await startBusStage();
  const { route } = stage.odoo;
  const alma = await stage.logIn('alma');
  const [one, two] = [await stage.hearing([], alma.headers), await stage.hearing([], alma.headers)];
  for (const [number, tab] of [one, two, one, two].entries())
    tab.send({ event_name: 'update_presence', data: { inactivity_period: number } });
  await expect.poll(() => route.carried.length).toBe(2);
  expect(route.carried.map(({ ask }) => ask.event_name)).toEqual(['update_presence', 'update_presence']);
  one.ws.close();
  await one.closed;
  two.ws.close();
  await expect.poll(() => route.carried.slice(2)).toMatchObject([{ uid: alma.uid, ask: { kind: 'closed' } }]);
});

it('says of nobody that they are gone when the sidecar stops', async () => {
  const stage = await startBusStage();
  const alma = await stage.logIn('alma');
  const socket = await stage.hearing([], alma.headers);
  await stage.sidecar.sidecar.stop();
  expect(await socket.closed).toMatchObject({ code: 1001 });
  expect(stage.odoo.route.carried).toEqual([]);
});

it('sends away a page whose script is of another version of Odoo', async () => {
  const stage = await startBusStage();
  const headers = { 'User-Agent': 'A browser' };
  const good = await stage.hearing([], headers, '?version=19.0-2');
  const old = await BusWebSocket.open(stage.sidecar.url, headers, '?version=18.0-7');
  expect(await old.closed).toEqual({ code: 1000, reason: 'OUTDATED_VERSION' });
  stage.odoo.route.facts = { ...stage.odoo.route.facts, version: '19.0-3' };
  good.send({ event_name: 'anything', data: {} });
  expect(await good.closed).toEqual({ code: 1000, reason: 'OUTDATED_VERSION' });
});
