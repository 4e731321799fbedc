import { reason } from '../../api/error.ts';
import { type Finding, fine, problem } from '../finding.ts';
import { readEcho } from './echo-reading.ts';
import { ODOO_ECHO } from './routing.ts';
import type { Visitor } from './visitor.ts';

/** More than the 1 MB that nginx has by default; Odoo's own limit is 128 MB. */
const BYTES = 2 * 2 ** 20;

/**
 * May a page send what Odoo and the sidecar take? Asked with two megabytes.
 *
 * @param way to the sidecar
 * @param visitor of Odoo
 */
export async function lookAtBodies(way: Visitor, visitor: Visitor, hasOdoo: boolean): Promise<Finding[]> {
  const looks = [look(way, 'Body for the sidecar', '/socket.io/echo')];
  if (hasOdoo) looks.push(look(visitor, 'Body for Odoo', ODOO_ECHO));
  return Promise.all(looks);
}

async function look(visitor: Visitor, subject: string, path: string): Promise<Finding> {
  try {
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': `${BYTES}` };
    const body = Buffer.alloc(BYTES, 'b');
    const answer = await visitor.ask(path, { method: 'POST', headers, body });
    const echo = readEcho(answer.body.split('\n', 1)[0] ?? '');
    if (echo?.bytes === BYTES) return fine(subject, '2 MB arrive');
    return problem(subject, 'body_limited', `2 MB are answered ${answer.status}`);
  } catch (error) {
    return problem(subject, 'body_limited', `2 MB are cut: ${reason(error)}`);
  }
}
