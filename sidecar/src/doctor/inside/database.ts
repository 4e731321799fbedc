import { reason } from '../../api/error.ts';
import type { DatabaseFacts } from '../../postgres/check/database-probe.ts';
import { probeDatabase } from '../../postgres/check/database-probe.ts';
import { readServerState, type ServerState } from '../../postgres/check/server-state.ts';
import type { PostgresOptions } from '../../postgres/connect/postgres-options.ts';
import { type Finding, fine, problem, unseen, warning } from '../finding.ts';

/** A transaction that works for so long is an import, or was forgotten. */
const LONG_S = 300;
/** The sidecar itself asks for no more wake-ups from a quarter on. */
const QUEUE = 0.1;
const CONNECTIONS = 6;

/** Looks at one database as the sidecar would serve it. Never throws. */
export async function lookAtDatabase(
  options: PostgresOptions,
  name: string,
): Promise<{ readonly findings: readonly Finding[]; readonly facts: DatabaseFacts }> {
  const facts = await probeDatabase(options, name);
  const subject = `Database ${name}`;
  if (facts.error !== null) {
    const { code, message } = facts.error;
    return { facts, findings: [problem(subject, code, message)] };
  }
  const seen = `PostgreSQL ${facts.version}, ${facts.link}, tables of version ${facts.schema}`;
  try {
    const state = await readServerState(options, name);
    return { facts, findings: [fine(subject, seen), ...judgeServer(subject, state)] };
  } catch (error) {
    return { facts, findings: [fine(subject, seen), unseen(subject, 'not_looked', reason(error))] };
  }
}

/** What of it is out of the ordinary. */
export function judgeServer(
  subject: string,
  { longestSeconds, hidden, queue, free }: ServerState,
): Finding[] {
  const found: Finding[] = [];
  if (longestSeconds > LONG_S) {
    found.push(
      warning(subject, 'long_transaction', `a transaction has gone on for ${minutes(longestSeconds)}`),
    );
  }
  if (hidden > 0) {
    const seen = `this role is not told of the transactions of ${hidden} other connections`;
    found.push(unseen(subject, 'transactions_hidden', seen));
  }
  if (queue > QUEUE) {
    found.push(
      warning(subject, 'notify_queue', `the queue of notifications is ${(queue * 100).toFixed(0)} % full`),
    );
  }
  if (free < CONNECTIONS) {
    found.push(warning(subject, 'few_connections', `${free} connections are free`));
  }
  return found;
}

const minutes = (seconds: number) => `${Math.round(seconds / 60)} minutes`;
