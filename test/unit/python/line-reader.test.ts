import { expect, it } from 'vitest';
import { readFrames } from '../../../sidecar/src/python/frame.ts';
import { LineReader } from '../../../sidecar/src/python/line-reader.ts';

const TEXT = '[["pong", 1]]\n[["größer"]]\n\n[["pong", 2]]\n[["half';

it.each([1, 2, 3, 7, 1_000])('reads lines that come in pieces of %i bytes', (size) => {
  const reader = new LineReader();
  const bytes = Buffer.from(TEXT);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...reader.read(bytes.subarray(at, at + size)));
  expect(lines).toEqual(TEXT.split('\n').slice(0, -1));
});

it('refuses a line that is too large before it is whole, and counts each for itself', () => {
  const reader = new LineReader(4);
  expect([...reader.read(Buffer.from('1234\n1234\n12'))]).toEqual(['1234', '1234']);
  expect(() => [...reader.read(Buffer.from('345'))]).toThrow(
    expect.objectContaining({
      code: 'link_protocol',
      message: expect.stringContaining('larger than 4 bytes'),
    }),
  );
});

it('passes over frames of a later release, and what stands behind the fields that it knows', () => {
  expect(readFrames('[["later", {}], ["pong", 1, "more"], ["bye"]]')).toEqual([['pong', 1, 'more'], ['bye']]);
});

it.each([
  ['[["return", 1.5, null]]', "has a 'return'"],
  ['[["throw", 1, []]]', "has a 'throw'"],
  ['[["emit", 1, "event", {}]]', "has a 'emit'"],
  ['[["listen", 1, 1, "a", []]]', "has a 'listen'"],
  ['[1]', 'has a frame without a name'],
  ['null', 'is no array'],
  ['', 'is no JSON'],
])('refuses %s', (line, text) => {
  expect(() => readFrames(line)).toThrow(
    expect.objectContaining({ code: 'link_protocol', message: expect.stringContaining(text) }),
  );
});

it('quotes 200 characters at most, and nothing of a hello', () => {
  const message = (line: string): string => {
    try {
      readFrames(line);
    } catch (error) {
      return String(error);
    }
    return '';
  };
  expect(message(`["${'x'.repeat(5_000)}"`).length).toBeLessThan(400);
  expect(message('[["hello", {"proof": "secret"')).not.toContain('secret');
});
