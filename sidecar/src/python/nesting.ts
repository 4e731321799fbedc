/** Python's JSON goes down the stack: a thousand levels end it, and its worker with all that runs there. */
export const MOST_LEVELS = 100;

/** Is something in it nested deeper than that? With a list instead of recursion. */
export function isTooDeep(value: unknown): boolean {
  let level: object[] = isObject(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return true;
    level = level.flatMap((one) => Object.values(one).filter(isObject));
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
