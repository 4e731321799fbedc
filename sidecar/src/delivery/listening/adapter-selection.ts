import type { AbstractAdapter, AskedAdapter } from '../../api/adapter.ts';
import { AbortError, quote } from '../../api/error.ts';
import type { Message } from '../../api/message.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/**
 * Asks an adapter which messages it takes.
 *
 * @throws SidecarError `adapter_choice` if it returns anything but messages it was given; whatever `get` throws
 */
export function selectMessages(
  adapter: AbstractAdapter,
  given: readonly Message[],
  args: readonly unknown[],
): readonly Message[] {
  return checkChoice(adapter, given, adapter.get(given, ...args));
}

/**
 * The same of an adapter that answers later.
 *
 * @param args the very array that was given to `listen`
 */
export async function askForMessages(
  adapter: AskedAdapter,
  given: readonly Message[],
  args: readonly unknown[],
): Promise<readonly Message[]> {
  return checkChoice(adapter, given, await adapter.ask(given, args));
}

/**
 * Could an adapter not be asked at all? Then it is no fault of the messages: they have not been looked at, as while the
 * worker is away that would choose, or since whoever listened has ended.
 */
export function isUnasked(error: unknown): boolean {
  return error instanceof AbortError || (error instanceof SidecarError && error.retry);
}

/** What an adapter chose, if it was given it. @throws SidecarError `adapter_choice` */
export function checkChoice(
  adapter: AbstractAdapter,
  given: readonly Message[],
  chosen: unknown,
): readonly Message[] {
  const name = adapter.constructor.name;
  if (!Array.isArray(chosen)) {
    throw new SidecarError(
      'adapter_choice',
      `${name}.get returned ${quote(chosen)}. Return an array of the messages it was given.`,
    );
  }
  // By far the most frequent: of a thousand pages that listen, one is meant.
  if (chosen.length === 0) return chosen;
  // Most adapters filter, which keeps the order: one look at each is enough, and no set has to be made.
  let known: ReadonlySet<unknown> | null = null;
  let next = 0;
  for (const message of chosen) {
    const index: number = known === null ? given.indexOf(message, next) : -1;
    if (index === -1) known ??= new Set(given);
    next = index + 1;
    if (index === -1 && known?.has(message) !== true) {
      throw new SidecarError(
        'adapter_choice',
        `${name}.get returned ${quote(message)}, which it was not given. Return the same objects; use format() to change their form.`,
      );
    }
  }
  return chosen;
}
