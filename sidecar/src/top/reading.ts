import { reason } from '../api/error.ts';
import { type RefusalList, readRefusals } from './refusal-list.ts';
import { readSamples, type Samples } from './samples.ts';
import { Unreachable } from './unreachable.ts';

/** How long a sidecar may take to answer: one that is blocked answers later. */
const ANSWER_MS = 10_000;
/** Every sidecar has it. */
const OURS = 'web_socketio_pages';

/** What a sidecar said of itself at one moment. */
export interface Reading {
  /** When, by the monotonic clock, in milliseconds. */
  readonly at: number;
  readonly date: Date;
  readonly samples: Samples;
  /** Null if it does not tell us: it is an older one, or takes us for a proxy or a stranger. */
  readonly refused: RefusalList | null;
}

/**
 * Asks a sidecar for its numbers.
 *
 * @param signal ends it
 * @throws Unreachable
 */
export async function read(url: URL, signal: AbortSignal): Promise<Reading> {
  const [metrics, refusals] = await Promise.all([
    ask(new URL('/metrics', url), signal),
    ask(new URL('/refusals', url), signal).catch(() => null),
  ]);
  const samples = readSamples(metrics.text);
  if (metrics.status !== 200 || !samples.has(OURS)) {
    throw new Unreachable(
      `What answers at ${url.origin} is no sidecar of this release: /metrics is answered ${metrics.status}. Give the address where the sidecar listens, and not the one of its proxy.`,
    );
  }
  return {
    ...{ at: performance.now(), date: new Date(), samples },
    refused: refusals?.status === 200 ? readRefusals(parse(refusals.text)) : null,
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(url: URL, signal: AbortSignal): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    throw new Unreachable(
      `Nobody answers at ${url.origin}: ${whyOf(error)}. Start the sidecar, or give the address where it listens.`,
    );
  }
}

/** What `fetch` says is always the same; its cause is what happened. */
function whyOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${ANSWER_MS / 1_000} s`;
  return typeof code === 'string' ? code : reason(cause);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
