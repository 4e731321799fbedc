import type { Change } from '../../socketio/protocol.ts';

/** What an open form does when its record has changed: load it, tell its user, say that it is gone, or nothing. */
export type Reaction = 'load' | 'tell' | 'gone' | 'nothing';

export interface FormState {
  /** It has changes that are not saved, if only in the field that is being typed in. */
  readonly isDirty: boolean;
  /** This very page has just saved: it knows. */
  readonly isOwn: boolean;
}

export function reactionTo(op: Change['op'], { isDirty, isOwn }: FormState): Reaction {
  if (op === 'unlink') return isOwn ? 'nothing' : 'gone';
  if (!isDirty) return 'load';
  return isOwn ? 'nothing' : 'tell';
}
