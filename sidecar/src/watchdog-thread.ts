import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { LineLog } from './config/line-log.ts';
import { nameCulprit } from './watchdog/culprit.ts';
import { lookAtMainThread } from './watchdog/main-thread.ts';
import { BEATS, type WatchdogData } from './watchdog/watchdog.ts';

/** The watchdog's thread: counts the beats of the main thread's event loop. */
const { beats, blockedMs, pid, logFormat }: WatchdogData = workerData;

const counter = new Int32Array(beats);
// Not process.stderr: in a thread that goes through the main thread, which is blocked.
const log = new LineLog(write, pid, logFormat === 'json' ? 'json' : 'openerp');

let last = 0;
let since = performance.now();
let missed = 0;
let reportAt = BEATS;
let reported = false;

function write(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Standard error is full or closed: nobody reads it.
  }
}

/** Beats are counted, not time: when the whole machine stood still, this thread did, too. */
function check(): void {
  const beat = Atomics.load(counter, 0);
  if (beat !== last) {
    if (reported) log.warn(null, `handler_blocks: The process was blocked for ${seconds()} s. It goes on.`);
    last = beat;
    since = performance.now();
    missed = 0;
    reportAt = BEATS;
    reported = false;
    return;
  }
  missed += 1;
  if (missed < reportAt) return;
  reportAt *= 2;
  void report();
}

async function report(): Promise<void> {
  const isBlocked = () => Atomics.load(counter, 0) === last;
  const standing = await lookAtMainThread(isBlocked).catch(() => null);
  if (!isBlocked()) return;
  reported = true;
  const who = standing === null ? 'a call that cannot be looked at' : nameCulprit(standing);
  log.error(
    null,
    `handler_blocks: The process has been blocked for ${seconds()} s by ${who}. No socket is served.`,
  );
}

function seconds(): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}

setInterval(check, blockedMs / BEATS);
