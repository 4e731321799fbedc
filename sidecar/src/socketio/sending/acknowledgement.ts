import { PARTLY_DONE } from '../../../protocol/answer.ts';
import { field } from '../../lib/field.ts';

/** What a client answered to an event that it was sent. */
export interface Acknowledgement {
  readonly ok: boolean;
  readonly code: string | null;
  /** The messages that are done, if the code is {@link PARTLY_DONE}. */
  readonly done: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
/** Nearly always the answer. */
const OK: Acknowledgement = { ok: true, code: null, done: NONE };

/** Names an acknowledgement, which comes from outside. Anything that is not `{ ok: true }` is a refusal. */
export function readAcknowledgement(answer: unknown): Acknowledgement {
  const ok = field(answer, 'ok') === true;
  const code = field(answer, 'code');
  if (ok && code === undefined) return OK;
  const done = code === PARTLY_DONE ? field(answer, 'done') : null;
  return {
    ok,
    code: typeof code === 'string' ? code : null,
    // Only texts count: objects from outside may have a `toString` that is no function.
    done: Array.isArray(done) ? new Set(done.filter((id) => typeof id === 'string')) : NONE,
  };
}
