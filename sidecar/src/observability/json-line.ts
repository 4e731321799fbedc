import type { LogEntry } from './log-entry.ts';

/** For collectors of logs: one JSON object a line, whatever lines its message has. What does not apply is left out. */
export function jsonLine({ date, level, pid, db, code, message, stack, fields }: LogEntry): string {
  return JSON.stringify({
    time: date.toISOString(),
    level,
    pid,
    db,
    // JSON leaves out what is undefined.
    code: code ?? undefined,
    message,
    ...fields,
    stack: stack ?? undefined,
  });
}
