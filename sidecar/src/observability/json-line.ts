import type { LogEntry } from './line-log.ts';

/** An error is said with its code: at the beginning, or after the handler that failed. */
const CODED = /^(?<handler>[^\n]*?, user \d+: )?(?<code>[a-z]+(?:_[a-z]+)+): (?<message>.*)$/s;

/** For collectors of logs: one JSON object a line, whatever lines its text has. Its keys are the same in each. */
export function jsonLine({ date, level, pid, db, text }: LogEntry): string {
  const { handler = '', code, message = text } = CODED.exec(text)?.groups ?? {};
  return JSON.stringify({ time: date.toISOString(), level, pid, db, message: handler + message, code });
}
