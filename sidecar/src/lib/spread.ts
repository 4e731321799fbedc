import { Sleep } from './sleep.ts';

/** Between two, at the longest: a few go at once. */
const GAP_MS = 100;

/**
 * Does something to one after the other, so that those who come back do not arrive elsewhere in one moment.
 *
 * @param spreadMs the time over which it does so, if they are many
 */
export async function spread<Item>(
  items: readonly Item[],
  spreadMs: number,
  each: (item: Item) => void,
): Promise<void> {
  const gapMs = Math.min(GAP_MS, spreadMs / Math.max(1, items.length));
  const start = performance.now();
  for (const [index, item] of items.entries()) {
    const restMs = start + index * gapMs - performance.now();
    if (restMs > 1) await new Sleep(restMs).over;
    each(item);
  }
}
