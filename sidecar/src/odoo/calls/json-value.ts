import { parse, stringify } from 'lossless-json';

/** An integer that may be too large for a number of JavaScript; not the digits of a fraction. */
const LARGE_INTEGER = /(?<![\d.])\d{16,}(?![\d.eE])/;

/**
 * Values as Python's JSON has them: integers may be of any size. What is beyond `Number.MAX_SAFE_INTEGER` is a BigInt
 * here.
 *
 * Only a text in which such an integer may stand goes through the slow parser: for 100 kB, 2 ms instead of 0.3, and 0.2
 * to find out.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return LARGE_INTEGER.test(text) ? parse(text, null, { parseNumber, onDuplicateKey }) : JSON.parse(text);
}

/** JSON of a value, BigInts in it included. */
export function formatJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!hasBigInt(value)) throw error;
    return stringify(value) ?? 'null';
  }
}

function parseNumber(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : BigInt(text);
}

/** As JSON.parse does: the last one wins. */
function onDuplicateKey({ newValue }: { newValue: unknown }): unknown {
  return newValue;
}

function hasBigInt(value: unknown, seen = new Set<object>()): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return typeof value === 'bigint';
  seen.add(value);
  return Object.values(value).some((item) => hasBigInt(item, seen));
}
