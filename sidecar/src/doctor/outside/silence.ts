import { once } from 'node:events';
import { reason } from '../../api/error.ts';
import { type Finding, fine, problem, unseen } from '../finding.ts';
import { readEcho } from './echo-reading.ts';
import type { Visitor } from './visitor.ts';

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
}

/** May a connection be silent for so long? Measured, on a WebSocket and on a request at the same time. */
export async function lookAtSilence(
  visitor: Visitor,
  { webSockets, seconds, progress }: SilenceOptions,
): Promise<Finding[]> {
  const start = performance.now();
  const passed = () => Math.round((performance.now() - start) / 1_000);
  progress(`Waiting ${seconds} s on silent connections`);
  const timer = setInterval(() => progress(`${passed()} of ${seconds} s`), TOLD_MS);
  try {
    const looks = [waitForAnswer(visitor, seconds, passed)];
    if (webSockets) looks.push(waitOnWebSocket(visitor, seconds, passed));
    return await Promise.all(looks);
  } finally {
    clearInterval(timer);
  }
}

async function waitForAnswer(visitor: Visitor, seconds: number, passed: () => number): Promise<Finding> {
  const subject = 'Silence of a request';
  try {
    const timeoutMs = seconds * 1_000 + PATIENCE_MS;
    const { status, body } = await visitor.ask(`${ECHO}?after=${seconds}`, { timeoutMs });
    if (body.trim().split('\n').length === 2) return fine(subject, `${seconds} s pass`);
    if (status === 503) return unseen(subject, 'not_looked', `the sidecar is asked by too many: ${status}`);
    return problem(subject, 'time_out', `cut after ${passed()} s, with ${status}`);
  } catch (error) {
    return problem(subject, 'time_out', `cut after ${passed()} s: ${reason(error)}`);
  }
}

async function waitOnWebSocket(visitor: Visitor, seconds: number, passed: () => number): Promise<Finding> {
  const subject = 'Silence of a WebSocket';
  try {
    const opening = await visitor.open(`${ECHO}?after=${seconds}`);
    if (!('webSocket' in opening))
      return unseen(subject, 'not_looked', `no WebSocket, but ${opening.status}`);
    // What was dropped on the way without a word never closes.
    const limit = setTimeout(() => opening.webSocket.terminate(), seconds * 1_000 + PATIENCE_MS);
    await once(opening.webSocket, 'close');
    clearTimeout(limit);
    return opening.said.filter((text) => readEcho(text) !== null).length === 2
      ? fine(subject, `${seconds} s pass`)
      : problem(subject, 'time_out', `cut after ${passed()} s`);
  } catch (error) {
    return problem(subject, 'time_out', `cut after ${passed()} s: ${reason(error)}`);
  }
}
