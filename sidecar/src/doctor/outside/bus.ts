import { reason } from '../../api/error.ts';
import { field } from '../../lib/field.ts';
import { type Finding, fine, problem } from '../finding.ts';
import type { Visitor } from './visitor.ts';

const PATH = '/websocket';

/** Who serves Odoo's own bus, and does a WebSocket come through? From Odoo 16.0 on. */
export async function lookAtBus(visitor: Visitor): Promise<Finding> {
  // The sidecar says that this is no handshake, with a code of its own.
  const isSidecar = readCode((await visitor.ask(PATH)).body) !== null;
  const who = isSidecar ? 'the sidecar' : 'Odoo, or something else that is not the sidecar,';
  try {
    const opening = await visitor.open(PATH);
    if ('webSocket' in opening) {
      opening.webSocket.close();
      return fine(PATH, `${who} answers, and a WebSocket comes through`);
    }
    const { status, body } = opening;
    const code = readCode(body);
    if (code !== null) return problem(PATH, 'bus_refused', `the sidecar answers ${status}, ${code}`);
    if (status >= 502 && status <= 504) {
      const seen = `asked to upgrade, the proxy answers ${status}: it cannot reach who is to serve it`;
      return problem(PATH, 'evented_missing', seen);
    }
    return problem(
      PATH,
      status === 500 ? 'evented_missing' : 'bus_not_upgraded',
      `asked to upgrade, ${who} answers ${status} and not 101`,
    );
  } catch (error) {
    return problem(PATH, 'bus_not_upgraded', `asked to upgrade: ${reason(error)}`);
  }
}

function readCode(body: string): string | null {
  try {
    const code = field(JSON.parse(body), 'code');
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}
