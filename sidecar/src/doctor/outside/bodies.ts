import { reason } from '../../api/error.ts';
import { type Finding, fine, problem, unseen } from '../finding.ts';
import { readEcho } from './echo-reading.ts';
import { ODOO_ECHO } from './routing.ts';
import { isTimeout, type Visitor } from './visitor.ts';

/** More than the 1 MB that nginx has by default; Odoo's own limit is 128 MB. */
const BYTES = 2 * 2 ** 20;
/** For them, over a slow line. */
const SLOW_MS = 120_000;

/**
 * May a page send what Odoo and the sidecar take? Asked with two megabytes.
 *
 * @param way to the sidecar
 * @param visitor of Odoo
 */
export async function lookAtBodies(way: Visitor, visitor: Visitor, hasOdoo: boolean): Promise<Finding[]> {
  // One after the other: the line may be slow.
  const found = [await look(way, 'Body for the sidecar', '/socket.io/echo')];
  if (hasOdoo) found.push(await look(visitor, 'Body for Odoo', ODOO_ECHO));
  return found;
}

async function look(visitor: Visitor, subject: string, path: string): Promise<Finding> {
  try {
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': `${BYTES}` };
    const body = Buffer.alloc(BYTES, 'b');
    const answer = await visitor.ask(path, { method: 'POST', headers, body, timeoutMs: SLOW_MS });
    const echo = readEcho(answer.body.split('\n', 1)[0] ?? '');
    if (echo?.bytes === BYTES) return fine(subject, '2 MB arrive');
    return problem(subject, 'body_limited', `2 MB are answered ${answer.status}`);
  } catch (error) {
    if (isTimeout(error)) return unseen(subject, 'not_looked', `2 MB take longer than ${SLOW_MS / 1_000} s`);
    return problem(subject, 'body_limited', `2 MB are cut: ${reason(error)}`);
  }
}
