import type { Example } from './reference.ts';

/** An example whose users are others than 2 and 3, as they are in the documents. */
export function withUsers(example: Example, own: number, other: number): Example {
  // In one go: one of them may have the number of the other's example.
  const replace = (text: string) =>
    text.replace(
      /(to_id: |'say', |^Hello Anna )([23])\b/g,
      (_, before, user) => `${before}${user === '2' ? own : other}`,
    );
  return { ...example, browser: replace(example.browser), shown: example.shown.map(replace) };
}
