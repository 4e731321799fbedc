import { once } from 'node:events';
import { reason } from '../../api/error.ts';
import { type Finding, fine, problem, unseen } from '../finding.ts';
import { readEcho } from './echo-reading.ts';
import { isTimeout, type Visitor } from './visitor.ts';

const ECHO = '/socket.io/echo';
/** Nothing is said for 25 seconds between pings, and their answer has 20. Some proxies are set to 50. */
export const SILENT_S = 47;
/** How much longer the answer may take. */
const PATIENCE_MS = 30_000;
const TOLD_MS = 10_000;

/** Tells somebody who waits what for. */
export type Progress = (text: string) => void;

/** How it is waited. */
export interface SilenceOptions {
  /** Whether WebSockets come through. */
  readonly webSockets: boolean;
  readonly seconds: number;
  readonly progress: Progress;
  /** How much longer an answer may take, in milliseconds: half a minute, unless a test has less time. */
  readonly patienceMs?: number;
}

/** May a connection be silent for so long? Measured, on a WebSocket and on a request at the same time. */
export async function lookAtSilence(
  visitor: Visitor,
  { webSockets, seconds, progress, patienceMs = PATIENCE_MS }: SilenceOptions,
): Promise<Finding[]> {
  const start = performance.now();
  const passed = () => Math.round((performance.now() - start) / 1_000);
  const wait: Wait = { seconds, passed, mostMs: seconds * 1_000 + patienceMs };
  progress(`Waiting ${seconds} s on silent connections`);
  const timer = setInterval(() => progress(`${passed()} of ${seconds} s`), TOLD_MS);
  try {
    const looks = [waitForAnswer(visitor, wait)];
    if (webSockets) looks.push(waitOnWebSocket(visitor, wait));
    return await Promise.all(looks);
  } finally {
    clearInterval(timer);
  }
}

interface Wait {
  readonly seconds: number;
  /** The seconds so far. */
  passed(): number;
  /** After which nothing more will come. */
  readonly mostMs: number;
}

/** What a firewall or a load balancer does that forgets a connection: nobody is told, and a page waits for its next ping. */
const dropped = (subject: string, { passed }: Wait) =>
  problem(subject, 'time_out', `dropped without a word: nothing came in ${passed()} s, and nobody closed it`);

async function waitForAnswer(visitor: Visitor, wait: Wait): Promise<Finding> {
  const subject = 'Silence of a request';
  const { seconds, passed, mostMs } = wait;
  try {
    const { status, body } = await visitor.ask(`${ECHO}?after=${seconds}`, { timeoutMs: mostMs });
    if (body.trim().split('\n').length === 2) return fine(subject, `${seconds} s pass`);
    if (status === 503) return unseen(subject, 'not_looked', `the sidecar is asked by too many: ${status}`);
    return problem(subject, 'time_out', `cut after ${passed()} s, with ${status}`);
  } catch (error) {
    if (isTimeout(error)) return dropped(subject, wait);
    return problem(subject, 'time_out', `cut after ${passed()} s: ${reason(error)}`);
  }
}

async function waitOnWebSocket(visitor: Visitor, wait: Wait): Promise<Finding> {
  const subject = 'Silence of a WebSocket';
  const { seconds, passed, mostMs } = wait;
  try {
    const opening = await visitor.open(`${ECHO}?after=${seconds}`);
    if (!('webSocket' in opening))
      return unseen(subject, 'not_looked', `no WebSocket, but ${opening.status}`);
    // What was dropped on the way without a word never closes.
    let isDropped = false;
    const limit = setTimeout(() => {
      isDropped = true;
      opening.webSocket.terminate();
    }, mostMs);
    await once(opening.webSocket, 'close');
    clearTimeout(limit);
    if (isDropped) return dropped(subject, wait);
    return opening.said.filter((text) => readEcho(text) !== null).length === 2
      ? fine(subject, `${seconds} s pass`)
      : problem(subject, 'time_out', `cut after ${passed()} s`);
  } catch (error) {
    return problem(subject, 'time_out', `cut after ${passed()} s: ${reason(error)}`);
  }
}
