import { expect } from 'vitest';

/** How many messages one statement reads at most. */
export const PART = 2_000;
/** How many rows a flood has. */
export const FLOOD = 30_000;
/** Inserts so many rows as its parameter says. */
export const INSERT_FLOOD = `
INSERT INTO web_socketio_message (channel, "values")
SELECT 'flood', json_build_object('n', n, 'text', repeat('x', 480)) FROM generate_series(1, $1::int) AS n`;

/** Expects so many ids, each of them once and in order. */
export function expectWhole(ids: readonly number[], count: number): void {
  expect(ids).toHaveLength(count);
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0))).toBe(true);
}
