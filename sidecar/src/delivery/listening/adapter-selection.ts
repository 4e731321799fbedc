import type { AbstractAdapter } from '../../api/adapter.ts';
import { quote } from '../../api/error.ts';
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
  const chosen: unknown = adapter.get(given, ...args);
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
