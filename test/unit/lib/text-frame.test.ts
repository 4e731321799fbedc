import { expect, it } from 'vitest';
import { textFrame } from '../../../sidecar/src/lib/text-frame.ts';

/** What a WebSocket client reads of it, by RFC 6455, section 5.2. */
function read(frame: Buffer): string {
  expect(frame[0]).toBe(0x81);
  const short = frame.readUInt8(1);
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  const long = short === 127 ? Number(frame.readBigUInt64BE(2)) : short;
  const length = short === 126 ? frame.readUInt16BE(2) : long;
  expect(frame.length).toBe(start + length);
  return frame.subarray(start).toString();
}

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])(
  'a frame of %i bytes is read by a client as it was written',
  (length) => {
    const payload = 'x'.repeat(length);
    expect(read(textFrame(payload))).toBe(payload);
  },
);

it('a frame is as long as its text is in UTF-8', () => {
  // Two bytes each: 63 of them are more than the 125 that the shortest header can say.
  const payload = 'é'.repeat(63);
  const frame = textFrame(payload);
  expect(frame.length).toBe(4 + 126);
  expect(read(frame)).toBe(payload);
});

it.each([
  ['', 'end'],
  ['é', 'é'],
  ['x'.repeat(120), 'é'.repeat(3)],
  ['x'.repeat(70_000), 'end'],
])('a frame has its start and its end as one text', (start, end) => {
  expect(read(textFrame(end, Buffer.from(start)))).toBe(start + end);
});
