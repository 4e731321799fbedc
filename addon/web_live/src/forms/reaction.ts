import type { Change } from '../../socketio/protocol.ts';

/**
 * What an open form does when its record has changed: load it, which waits for its changes; tell its user; say that it is
 * gone; or look in a while whether it still shows it.
 */
export type Reaction = 'load' | 'tell' | 'gone' | 'check';

export interface FormState {
  /** It has changes that are not saved, if only in the field that is being typed in. */
  readonly isDirty: boolean;
  /** By the page's own user, who has just saved here: most likely it was that, and the page knows. */
  readonly isOwn: boolean;
}

export function reactionTo(op: Change['op'], { isDirty, isOwn }: FormState): Reaction {
  if (op === 'unlink') return isOwn ? 'check' : 'gone';
  return isDirty && !isOwn ? 'tell' : 'load';
}
