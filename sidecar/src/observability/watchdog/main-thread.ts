import { type Debugger, Session } from 'node:inspector';

/** The handler that is running. */
export interface CurrentHandler {
  readonly event: string;
  readonly addon: string;
}

/** One line of a stack. */
export interface Frame {
  readonly name: string;
  /** Empty if it has no file. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
  readonly column: number;
  /** The source map of the file; empty if it has none. */
  readonly map: string;
}

/** What the main thread was doing when it was stopped for a moment. */
export interface Standing {
  readonly handler: CurrentHandler | null;
  readonly frames: readonly Frame[];
}

/** Under this global name the main thread says which handler runs. */
export const CURRENT_HANDLER = Symbol.for('web_socketio.handler');
const ASK = `globalThis[Symbol.for('${CURRENT_HANDLER.description}')]?.()`;
/** Of so many steps, a few dozen are needed to come from the end of one promise into the code that waits for it. */
const MOST_STEPS = 500;

/**
 * Looks at the main thread while it is blocked: stops it for some milliseconds and reads its stack, through Node's own
 * debugger. Nothing is switched on before and after.
 *
 * A call of the system cannot be stopped. Then the main thread stops in the first step after it, which is still one of
 * whoever made the call, and this takes as long.
 *
 * @param isBlocked asked when the main thread has stopped: it may have gone on just before
 * @returns null if it cannot be looked at, or has gone on
 */
export async function lookAtMainThread(isBlocked: () => boolean): Promise<Standing | null> {
  const session = new Session();
  let isOver = false;
  try {
    session.connectToMainThread();
    return await new Promise<Standing | null>((resolve, reject) => {
      const scripts = new Map<string, Debugger.ScriptParsedEventDataType>();
      session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params));
      let steps = 0;
      session.on('Debugger.paused', ({ params }) => {
        // What was on its way when this was over: to post would throw, and end the whole thread.
        if (isOver) return;
        const frames = params.callFrames.map((frame) => toFrame(frame, scripts));
        if (isBlocked() && !frames.some(isOutside) && steps < MOST_STEPS) {
          // Between two turns of a promise, in Node's own hooks: nobody's code, for some steps.
          steps += 1;
          session.post('Debugger.stepInto');
          return;
        }
        if (!isBlocked()) return resolve(null);
        askHandler(session, params.callFrames, frames).then(
          (handler) => resolve({ handler, frames }),
          reject,
        );
      });
      // Both at once: who waited for the first answer would find the main thread somewhere else.
      session.post('Debugger.enable');
      session.post('Debugger.pause', (error) => {
        if (error !== null) resolve(null);
      });
    });
  } finally {
    isOver = true;
    // Lets the main thread go on as well.
    session.disconnect();
  }
}

/** Is it not Node's own code? */
export function isOutside({ file }: Frame): boolean {
  return file !== '' && !file.startsWith('node:');
}

function toFrame(
  { functionName, location }: Debugger.CallFrame,
  scripts: ReadonlyMap<string, Debugger.ScriptParsedEventDataType>,
): Frame {
  const script = scripts.get(location.scriptId);
  return {
    name: functionName,
    file: script?.url ?? '',
    line: location.lineNumber,
    column: location.columnNumber ?? 0,
    map: script?.sourceMapURL ?? '',
  };
}

/** In the innermost frame that is not Node's own, whose globals are hidden from us. */
function askHandler(
  session: Session,
  callFrames: readonly Debugger.CallFrame[],
  frames: readonly Frame[],
): Promise<CurrentHandler | null> {
  const index = frames.findIndex(isOutside);
  const callFrameId = callFrames[index]?.callFrameId;
  if (callFrameId === undefined) return Promise.resolve(null);
  return new Promise((resolve) => {
    session.post(
      'Debugger.evaluateOnCallFrame',
      { callFrameId, expression: ASK, returnByValue: true, silent: true },
      (error, answer) => resolve(error === null ? toHandler(answer.result.value) : null),
    );
  });
}

function toHandler(value: unknown): CurrentHandler | null {
  if (typeof value !== 'object' || value === null || !('event' in value) || !('addon' in value)) return null;
  return { event: String(value.event), addon: String(value.addon) };
}
