import { SidecarError } from '../../api/sidecar-error.ts';
import type { SessionState } from './session-state.ts';

const SENTENCES: Partial<Readonly<Record<SessionState, string>>> = {
  over: 'the session is over in Odoo. Its user has to log in again',
  locked: 'the session is locked in Odoo. It goes on when its user has unlocked it',
  unproved: 'the page has to prove its session to Odoo again. The sidecar has asked it to',
  unknown: 'Odoo does not know its token. The page gets another one',
};

/** Odoo did not run a method because of the session in whose name it was called. */
export class CallRefusedError extends SidecarError {
  /** @param call such as `res.users.read` @param state null where Odoo does not tell it */
  constructor(call: string, uid: number, state: SessionState | null) {
    const sentence = (state && SENTENCES[state]) ?? 'Odoo refused its token. See its log';
    super('access_denied', `${call} was not carried out for user ${uid}: ${sentence}.`, {
      name: 'AccessDenied',
    });
  }
}
