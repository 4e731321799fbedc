import type { IncomingHttpHeaders } from 'node:http';

/** What `web_socketio doctor` calls itself in each of its requests. */
export const DOCTOR_AGENT = 'web_socketio-doctor';

/**
 * Does a request say that it is the doctor's? Anybody can say so: nothing may be decided by it but how loudly a refusal is told
 * that the doctor brings about as a matter of course.
 */
export function saysDoctor(headers: IncomingHttpHeaders): boolean {
  return headers['user-agent'] === DOCTOR_AGENT;
}
