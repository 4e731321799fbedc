import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { withinTime } from '../../lib/time-limit.ts';
import { LineLog } from '../line-log.ts';
import { LOG_LEVELS } from '../log-level.ts';
import { nameCulprit } from './culprit.ts';
import { lookAtMainThread } from './main-thread.ts';
import { Standstill } from './standstill.ts';
import { BEATS, type WatchdogData } from './watchdog.ts';

/** So long may the main thread take to say what it does: then a call of the system keeps it. */
const ANSWER_MS = 1_000;

/** The watchdog's thread: counts the beats of the main thread's event loop. */
const { beats, blockedMs, pid, logFormat, logLevel }: WatchdogData = workerData;

const counter = new Int32Array(beats);
// Not process.stderr: in a thread that goes through the main thread, which is blocked.
const level = LOG_LEVELS.find((one) => one === logLevel);
const log = new LineLog(write, pid, logFormat === 'json' ? 'json' : 'odoo', level);

let standstill = new Standstill(counter);
let missed = 0;
let reportAt = BEATS;
let reported = false;
let looking = false;

function write(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Standard error is full or closed: nobody reads it.
  }
}

/** Beats are counted, not time: when the whole machine stood still, this thread did, too. */
function check(): void {
  if (!standstill.lasts) {
    if (reported) {
      const message = `The process was blocked for ${standstill.seconds} s. It goes on.`;
      log.warn(null, { code: 'handler_blocks', message });
    }
    standstill = new Standstill(counter);
    missed = 0;
    reportAt = BEATS;
    reported = false;
    return;
  }
  missed += 1;
  if (missed < reportAt) return;
  reportAt *= 2;
  void report(standstill);
}

/** One look at a time: while a call of the system keeps the main thread, it answers nobody. */
async function report(one: Standstill): Promise<void> {
  const known = await withinTime(look(one), ANSWER_MS, () => null);
  if (!one.lasts) return;
  reported = true;
  const message = `The process has been blocked for ${one.seconds} s by ${known ?? 'a call that cannot be looked at'}. No socket is served.`;
  log.error(null, { code: 'handler_blocks', message });
}

/** @returns who keeps the main thread; null if nobody knows, or somebody looks already */
async function look(one: Standstill): Promise<string | null> {
  if (looking) return null;
  looking = true;
  try {
    const startedAt = performance.now();
    const standing = await lookAtMainThread(() => one.lasts);
    if (standing === null) return null;
    const who = nameCulprit(standing);
    // It was said before that nobody knows.
    if (performance.now() - startedAt > ANSWER_MS) {
      const message = `It was ${who}, for ${one.seconds} s. It has come out of a call of the system.`;
      log.error(null, { code: 'handler_blocks', message });
    }
    return who;
  } catch {
    // Node's debugger refuses, or a source map is broken: that is no reason to look at nothing any more.
    return null;
  } finally {
    looking = false;
  }
}

setInterval(check, blockedMs / BEATS);
