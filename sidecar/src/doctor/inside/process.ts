import { reason } from '../../api/error.ts';
import { field } from '../../lib/field.ts';
import { type Finding, fine, hint, problem, warning } from '../finding.ts';

const ASK_MS = 5_000;
/** A sidecar that listens on every interface is asked over the loopback interface. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
/** With fewer, a restart of the network would fill them up. */
const OPEN_FILES = 4_096;

/** Where the sidecar should be. */
export interface Place {
  /** Such as `127.0.0.1:8068`. */
  readonly address: string;
  /** By an option; false for the default, where another one may run, or none. */
  readonly isGiven: boolean;
}

/** What the running sidecar says of itself. */
export interface ProcessReport {
  readonly findings: readonly Finding[];
  /** The connected Python workers of each database; null if no sidecar answers. */
  readonly workers: ReadonlyMap<string, number> | null;
  readonly answers: boolean;
}

/** How a sidecar with that interface and port is reached. */
export function addressOf(host: string, port: number): string {
  const name = LOOPBACK[host] ?? host;
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Asks the sidecar that runs here, at its own port. Never throws. */
export async function lookAtProcess({ address, isGiven }: Place): Promise<ProcessReport> {
  const subject = 'Sidecar';
  const base = `http://${address}`;
  try {
    const [readiness, metrics] = await Promise.all([ask(`${base}/readyz`), ask(`${base}/metrics`)]);
    const state: unknown = JSON.parse(readiness.text);
    const problems = field(state, 'problems');
    const texts = Array.isArray(problems) ? problems.map(textOf) : [];
    const pages = gauge(metrics.text, 'web_socketio_pages') ?? 0;
    const findings = [
      readiness.status === 200 && texts.length === 0
        ? describeReady(subject, base, pages)
        : problem(
            subject,
            'sidecar_not_ready',
            `${base} answers ${readiness.status}: ${texts.join(' ') || 'not ready'}`,
          ),
    ];
    const most = gauge(metrics.text, 'process_max_fds');
    if (most !== null && most < OPEN_FILES) {
      findings.push(warning(subject, 'few_open_files', `may open ${most} files`));
    }
    return { findings, workers: workersOf(metrics.text), answers: true };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const seen = isGiven
      ? `nobody answers at ${base}: ${reason(cause)}`
      : `nobody answers at the default address, ${base}: ${reason(cause)}`;
    const code = isGiven ? 'sidecar_not_running' : 'sidecar_not_named';
    return { findings: [problem(subject, code, seen)], workers: null, answers: false };
  }
}

/** Nobody may have Odoo open. Where somebody has, it is the first trace of a proxy that sends sockets elsewhere. */
function describeReady(subject: string, base: string, pages: number): Finding {
  return pages === 0
    ? hint(subject, 'no_pages', `${base} is ready, and no page is connected`)
    : fine(subject, `${base} is ready, ${pages} pages`);
}

async function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
  return { status: response.status, text: await response.text() };
}

function textOf(problem: unknown): string {
  const message = field(problem, 'message');
  return typeof message === 'string' ? message : String(problem);
}

/** The value of a metric without labels. */
function gauge(metrics: string, name: string): number | null {
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1];
  return found === undefined ? null : Number(found);
}

function workersOf(metrics: string): Map<string, number> {
  const lines = metrics.matchAll(/^web_socketio_workers\{db="([^"]*)"\} (\d+)$/gm);
  return new Map(Array.from(lines, ([, db = '', count]) => [db, Number(count)]));
}
