/** Something that whoever starts the playground can put right: its message is one line that says how. */
export class Problem extends Error {
  override name = 'Problem';
}

/** What an error of the system says, such as `EACCES`. */
export function errorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : String(error);
}
