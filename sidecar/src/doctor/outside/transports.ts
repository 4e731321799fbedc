import { reason } from '../../api/error.ts';
import { field } from '../../lib/field.ts';
import { type Finding, fine, problem, unseen, warning } from '../finding.ts';
import type { Visitor } from './visitor.ts';

const ECHO = '/socket.io/echo';
const ENGINE = '/socket.io/?EIO=4';
/** Between the parts of one answer. The first one may come with the headers, whatever becomes of the others. */
const PART_S = 2;
const PARTS = 3;
/** Less than this between two arrivals, and they are one, or something held the first back. */
const HELD_MS = 500;

/** Does a WebSocket come through, and may a page of this address have one? */
export async function lookAtWebSocket(visitor: Visitor): Promise<Finding> {
  const subject = 'WebSocket';
  try {
    const opening = await visitor.open(ECHO);
    if ('webSocket' in opening) {
      opening.webSocket.close();
      return fine(subject, 'comes through');
    }
    const code = codeOf(opening.body);
    if (code === 'echo_busy') return unseen(subject, 'not_looked', 'too many ask the sidecar at this moment');
    if (code === 'origin_refused') {
      return problem(
        subject,
        'origin_refused',
        `the sidecar refuses pages of this address, with ${opening.status}`,
      );
    }
    return problem(subject, 'no_upgrade', `asked to upgrade, the answer is ${opening.status} and not 101`);
  } catch (error) {
    return problem(subject, 'no_upgrade', `asked to upgrade: ${reason(error)}`);
  }
}

/** Does long-polling work, which carries pages whose networks let no WebSocket through? */
export async function lookAtPolling(visitor: Visitor): Promise<Finding> {
  const subject = 'Long-polling';
  try {
    const { status, body } = await visitor.ask(`${ENGINE}&transport=polling`);
    if (status === 200 && body.startsWith('0{')) return fine(subject, 'works');
    return problem(subject, 'no_polling', `a page that begins gets ${status}`);
  } catch (error) {
    return problem(subject, 'no_polling', `a page that begins: ${reason(error)}`);
  }
}

/** Does what the sidecar sends come at once, or when the answer has ended? */
export async function lookAtBuffering(visitor: Visitor): Promise<Finding> {
  const subject = 'Buffering';
  try {
    // As browsers do: a proxy that compresses may wait for more.
    const headers = { 'Accept-Encoding': 'gzip' };
    const { status, partsMs } = await visitor.ask(`${ECHO}?after=${PART_S}&times=${PARTS}`, { headers });
    const came = partsMs.map((ms) => (ms / 1_000).toFixed(1)).join(', ');
    const seen = `${PARTS} parts that are sent ${PART_S} s apart come after ${came} s`;
    if (status !== 200) return unseen(subject, 'not_looked', `answered ${status}`);
    // A part may come in two, such as the end of what was compressed.
    const pauses = partsMs.filter((ms, index) => index > 0 && ms - (partsMs[index - 1] ?? 0) >= HELD_MS);
    return pauses.length < PARTS - 1 ? warning(subject, 'buffered', seen) : fine(subject, seen);
  } catch (error) {
    return warning(subject, 'buffered', `an answer in ${PARTS} parts does not come: ${reason(error)}`);
  }
}

function codeOf(body: string): unknown {
  try {
    return field(JSON.parse(body), 'code');
  } catch {
    return undefined;
  }
}
