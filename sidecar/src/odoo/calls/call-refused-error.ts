import { SidecarError } from '../../api/sidecar-error.ts';
import type { SessionState } from './session-state.ts';

const SENTENCES: Partial<Readonly<Record<SessionState, string>>> = {
  over: 'the session is over in OpenERP. Its user has to log in again',
  locked: 'the session is locked in OpenERP. It goes on when its user has unlocked it',
  unproved: 'the page has to prove its session to OpenERP again. It is asked to',
  unknown: 'OpenERP does not know its token. The page gets another one',
};

/** OpenERP did not run a method because of the session in whose name it was called. */
export class CallRefusedError extends SidecarError {
  /** @param call such as `res.users.read` @param state null where OpenERP does not tell it */
  constructor(call: string, uid: number, state: SessionState | null) {
    const sentence = (state && SENTENCES[state]) ?? 'OpenERP refused its token. See its log';
    super('access_denied', `${call} was not carried out for user ${uid}: ${sentence}.`, {
      name: 'AccessDenied',
    });
  }
}
