import { isObject } from './call-text.ts';

/** The object of an answer in JSON; empty for what is none: the caller misses something in it, and says so. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) && !Array.isArray(answer) ? answer : {};
  } catch {
    return {};
  }
}
