import { reason } from '../../api/error.ts';
import { type Finding, fine, problem, unseen } from '../finding.ts';
import { type EchoReading, readEcho } from './echo-reading.ts';
import type { Answer, Visitor } from './visitor.ts';

/** Who answered where. */
export interface Routing {
  readonly findings: readonly Finding[];
  /** What the sidecar and Odoo heard; null for whoever was not reached. */
  readonly sidecar: EchoReading | null;
  readonly odoo: EchoReading | null;
  /** How pages get to the sidecar: as to Odoo, unless Odoo sends them elsewhere. */
  readonly way: Visitor;
  /** What the one that answered first calls itself, such as `nginx/1.22.1`; null if it does not. */
  readonly server: string | null;
}

const SOCKETS = '/socket.io/';
/** An Odoo that was just started loads its models first. */
const FIRST_MS = 60_000;
const SIDECAR_ECHO = `${SOCKETS}echo`;
/** Odoo with web_socketio answers there, and below `/socket.io/` as well, if that reaches it. */
export const ODOO_ECHO = '/web_socketio/echo';

/** Says who is behind the two paths that matter, by an answer that only the sidecar, or only the addon, gives. */
export async function lookAtRouting(visitor: Visitor): Promise<Routing> {
  const pages = await settle(visitor.ask(ODOO_ECHO, { timeoutMs: FIRST_MS }));
  const atPages = readAnswer(pages);
  const odoo = atPages?.server === 'odoo' ? atPages : null;
  const elsewhere = (odoo?.sockets ?? '').replace(/^ws/, 'http');
  const way = URL.canParse(elsewhere) ? visitor.to(new URL(elsewhere)) : visitor;
  const sockets = await settle(way.ask(SIDECAR_ECHO));
  const atSockets = readAnswer(sockets);
  const sidecar = atSockets?.server === 'web_socketio' ? atSockets : null;
  return {
    ...{ sidecar, odoo, way, server: serverOf(sockets) ?? serverOf(pages) },
    findings: [describePages(pages, atPages), describeSockets(sockets, atSockets, way)],
  };
}

function describeSockets(answer: Answer | Error, echo: EchoReading | null, { url }: Visitor): Finding {
  if (echo?.server === 'web_socketio') return fine(SOCKETS, `the sidecar answers at ${url.origin}`);
  if (echo?.server === 'odoo') {
    return problem(SOCKETS, 'sockets_to_odoo', 'Odoo answers instead of the sidecar');
  }
  if (answer instanceof Error)
    return problem(SOCKETS, 'sockets_unanswered', `nobody answers: ${reason(answer)}`);
  const { status } = answer;
  if (status >= 502 && status <= 504) {
    return problem(SOCKETS, 'sidecar_down', `the proxy answers ${status}: it cannot reach a sidecar there`);
  }
  if (status >= 300 && status < 400) {
    return problem(
      SOCKETS,
      'sockets_redirected',
      `${status}: sent to ${answer.headers['location'] ?? 'nowhere'}`,
    );
  }
  return problem(SOCKETS, 'sockets_elsewhere', `neither the sidecar nor Odoo answers: ${describe(answer)}`);
}

function describePages(answer: Answer | Error, echo: EchoReading | null): Finding {
  if (echo?.server === 'odoo') return fine('Odoo', `answers as ${echo.address ?? 'Odoo'}`);
  if (answer instanceof Error) return problem('Odoo', 'odoo_unanswered', `nobody answers: ${reason(answer)}`);
  if (answer.status >= 502 && answer.status <= 504) {
    return problem('Odoo', 'odoo_down', `the proxy answers ${answer.status}: it cannot reach Odoo`);
  }
  return unseen('Odoo', 'addon_not_found', `no answer of the addon web_socketio: ${describe(answer)}`);
}

/** Whatever answered, as far as it says who it is. */
function describe({ status, headers, body }: Answer): string {
  const title = /<title>([^<]{1,80})/i.exec(body)?.[1]?.trim();
  const server = headers['server'] === undefined ? '' : `, server ${headers['server']}`;
  // A stranger's words: nothing of them moves the cursor of a terminal.
  return `${status}${server}${title === undefined ? '' : `, "${title}"`}`.replaceAll(/\p{Cc}/gu, ' ');
}

function serverOf(answer: Answer | Error): string | null {
  const server = answer instanceof Error ? undefined : answer.headers['server'];
  return typeof server === 'string' ? server : null;
}

function readAnswer(answer: Answer | Error): EchoReading | null {
  return answer instanceof Error ? null : readEcho(answer.body.split('\n', 1)[0] ?? '');
}

async function settle(answer: Promise<Answer>): Promise<Answer | Error> {
  try {
    return await answer;
  } catch (error) {
    return error instanceof Error ? error : new Error(reason(error));
  }
}
