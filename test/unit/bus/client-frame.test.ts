import { expect, it } from 'vitest';
import { readFrame } from '../../../sidecar/src/bus/client-frame.ts';

const read = (frame: unknown) => readFrame(Buffer.from(JSON.stringify(frame)));
const subscription = (data: unknown) => read({ event_name: 'subscribe', data });

it('names a subscription', () => {
  expect(subscription({ channels: ['a', 'b'], last: 7 })).toEqual({
    ...{ kind: 'subscribe', channels: ['a', 'b'], last: 7 },
  });
});

it('names any other event with what came with it', () => {
  const data = { inactivity_period: 5, im_status_ids_by_model: { 'res.partner': [3] } };
  expect(read({ event_name: 'update_presence', data })).toEqual({
    kind: 'event',
    name: 'update_presence',
    data,
  });
  expect(read({ event_name: 'ping' })).toEqual({ kind: 'event', name: 'ping', data: undefined });
});

it('knows the byte by which browsers find dead connections', () => {
  expect(readFrame(Buffer.from([0]))).toEqual({ kind: 'alive' });
});

it.each([
  [1e300, 0],
  [2 ** 53, 0],
  [1.5, 1],
  [-3, -3],
  [2 ** 53 - 1, 2 ** 53 - 1],
])('reads the last notification %d as %i: what no id can be has not been received', (last, expected) => {
  expect(subscription({ channels: [], last })).toMatchObject({ kind: 'subscribe', last: expected });
});

it.each([
  ['{', '1 bytes that are no JSON'],
  ['', '0 bytes that are no JSON'],
  ['[]', 'no event_name that is a text, but nothing'],
  ['5', 'no event_name that is a text, but nothing'],
  ['null', 'no event_name that is a text, but nothing'],
  ['{"event_name": 5}', 'no event_name that is a text, but number'],
  ['{"event_name": null}', 'no event_name that is a text, but null'],
  ['{"event_name": "subscribe"}', 'channels that are no array, but nothing'],
  [
    '{"event_name": "subscribe", "data": {"channels": "abc", "last": 0}}',
    'channels that are no array, but string',
  ],
  [
    '{"event_name": "subscribe", "data": {"channels": ["a", 5], "last": 0}}',
    'the channel 5, which is no text',
  ],
  [
    '{"event_name": "subscribe", "data": {"channels": [["a"]], "last": 0}}',
    'the channel ["a"], which is no text',
  ],
  [
    '{"event_name": "subscribe", "data": {"channels": [null], "last": 0}}',
    'the channel null, which is no text',
  ],
  [
    '{"event_name": "subscribe", "data": {"channels": []}}',
    'a last notification that is no number, but nothing',
  ],
  [
    '{"event_name": "subscribe", "data": {"channels": [], "last": "7"}}',
    'a last notification that is no number, but string',
  ],
])('does nothing with the frame %s', (text, why) => {
  expect(readFrame(Buffer.from(text))).toEqual({ kind: 'invalid', why });
});

it('quotes no text that may be the token of a guest', () => {
  const frame = readFrame(
    Buffer.from('{"event_name": "subscribe", "data": {"channels": ["mail.guest_secret"]'),
  );
  expect(JSON.stringify(frame)).not.toContain('secret');
});

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

it.each([
  [`{"event_name": "x", "data": ${nested(100_000)}}`, '200029 bytes that nest more than 500 levels'],
  [
    `{"event_name": "subscribe", "data": {"channels": [${nested(5_000)}], "last": 0}}`,
    '10064 bytes that nest more than 500 levels',
  ],
])('does nothing with a frame that would take the whole stack', (text, why) => {
  expect(readFrame(Buffer.from(text))).toEqual({ kind: 'invalid', why });
});

it('does nothing with more channels than any page has', () => {
  const channels = Array.from({ length: 10_001 }, (_, index) => `mail.guest_${index}|x`);
  expect(subscription({ channels, last: 0 })).toEqual({ kind: 'invalid', why: '10001 channels' });
  expect(subscription({ channels: channels.slice(1), last: 0 })).toMatchObject({ kind: 'subscribe' });
});
