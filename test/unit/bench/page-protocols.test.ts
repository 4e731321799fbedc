import { expect, test } from 'vitest';
import { CENTRIFUGO } from '../../bench/clients/centrifugo.ts';
import type { Page, PageHost, Protocol } from '../../bench/clients/page.ts';
import { SOCKET_IO, SOCKET_IO_MANY } from '../../bench/clients/socketio.ts';

/** What a page says and reports, in that order. */
function open(protocol: Protocol, auth: unknown, event: string | null): { page: Page; told: unknown[] } {
  const told: unknown[] = [];
  const host: PageHost = {
    send: (text) => told.push(text),
    ready: () => told.push('ready'),
    arrived: (numbers) => told.push(numbers),
    fail: (why) => told.push({ why }),
  };
  return { page: protocol.open({ auth, event, path: '/longpolling' }, host), told };
}

test('a page of the sidecar connects with its token, listens, and acknowledges what it gets', () => {
  const { page, told } = open(SOCKET_IO, { token: 't' }, 'bench_one');
  page.onOpen();
  page.onText('0{"sid":"a"}');
  page.onText('40/longpolling,{"sid":"b"}');
  page.onText('42/longpolling,["web_socketio.position",{"adapter":{"id":"4"}}]');
  page.onText('43/longpolling,0[{"ok":true}]');
  page.onText('2');
  page.onText('42/longpolling,7["bench",[{"number":3},{"number":4}],{"$parcel":["3","4"]}]');
  expect(told).toEqual([
    '40/longpolling,{"token":"t"}',
    '42/longpolling,["bench_one"]',
    '42/longpolling,0["stop event","no other event"]',
    'ready',
    '3',
    '43/longpolling,7[{"ok":true}]',
    [3, 4],
  ]);
});

test('a page of the sidecar that does not listen is ready when it is connected', () => {
  const { page, told } = open(SOCKET_IO, {}, null);
  page.onText('40/longpolling,{"sid":"b"}');
  expect(told).toEqual(['ready']);
});

test('a page of the sidecar may listen to more than one event', () => {
  const { page, told } = open(SOCKET_IO_MANY, { auth: { token: 't' }, events: ['one', 'two'] }, 'listen');
  page.onText('0{"sid":"a"}');
  page.onText('40/longpolling,{"sid":"b"}');
  expect(told).toEqual([
    '40/longpolling,{"token":"t"}',
    '42/longpolling,["one"]',
    '42/longpolling,["two"]',
    '42/longpolling,0["stop event","no other event"]',
  ]);
});

test('a page that the sidecar refuses fails the run', () => {
  const { page, told } = open(SOCKET_IO, {}, null);
  page.onText('44/longpolling,{"message":"token_unknown"}');
  expect(told).toEqual([{ why: 'A page was refused: 44{"message":"token_unknown"}' }]);
});

test('a page of Centrifugo connects with its token, subscribes, answers pings and gets publications', () => {
  const { page, told } = open(CENTRIFUGO, { token: 't', channel: 'one:user#1' }, 'subscribe');
  page.onOpen();
  page.onText('{"id":1,"connect":{"client":"a","ping":25,"pong":true}}');
  page.onText('{"id":2,"subscribe":{"recoverable":true,"epoch":"e"}}\n{}');
  page.onText(
    '{"push":{"channel":"c","pub":{"data":{"number":3},"offset":1}}}\n{"push":{"channel":"c","pub":{"data":{"number":4},"offset":2}}}',
  );
  expect(told).toEqual([
    '{"id":1,"connect":{"token":"t"}}',
    '{"id":2,"subscribe":{"channel":"one:user#1","recoverable":true}}',
    'ready',
    '{}',
    [3, 4],
  ]);
});

test('a page that Centrifugo refuses fails the run', () => {
  const { page, told } = open(CENTRIFUGO, { token: 't', channel: 'c' }, 'subscribe');
  page.onText('{"id":2,"error":{"code":103,"message":"permission denied"}}');
  expect(told).toEqual([
    { why: 'A page was refused: {"id":2,"error":{"code":103,"message":"permission denied"}}' },
  ]);
});
