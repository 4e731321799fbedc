/**
 * What Odoo says of a session by its token. `renewed` is live, and its row changed. `over` is final. `unproved`:
 * only its page can tell, with its cookie. `unknown`: there is no such token, or Odoo could not find out.
 */
export type SessionState = 'live' | 'renewed' | 'locked' | 'over' | 'unproved' | 'unknown';

const STATES: ReadonlySet<unknown> = new Set<SessionState>([
  ...(['live', 'renewed', 'locked', 'over', 'unproved', 'unknown'] as const),
]);

/** Names what comes from outside: a state of a later release is none that this sidecar knows. */
export function readState(value: unknown): SessionState {
  return isState(value) ? value : 'unknown';
}

function isState(value: unknown): value is SessionState {
  return STATES.has(value);
}
