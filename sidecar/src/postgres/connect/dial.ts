import type pg from 'pg';
import { nameHost } from './address.ts';
import type { LateAttempt } from './attempt.ts';
import { DialError, type DialFailure, leavesBackend } from './dial-error.ts';
import type { PostgresHost, PostgresOptions, TargetSession } from './postgres-options.ts';
import { ServerDial } from './server-dial.ts';

/** The server that was taken last: where only one can be meant, others are not waited for again at each connection. */
const lastTaken = new WeakMap<PostgresOptions, PostgresHost>();

/**
 * Opens one connection to a database: every connection of the sidecar begins here. Goes through servers, their addresses,
 * and with or without TLS, in libpq's order; runs no SQL but the question whether a server is the one that is wanted.
 * https://www.postgresql.org/docs/current/libpq-connect.html
 *
 * @param late gets an attempt whose log-in was not answered in time, instead of its being closed. Whoever gets it closes
 * it; whether its server is the one that is wanted has not been asked
 * @returns a connected client with a listener for errors, since one without ends the process; whoever gets it closes it
 * @throws DialError with each attempt; its `leavesBackend` says whether something of them may be left in PostgreSQL
 */
export async function dial(
  options: PostgresOptions,
  database: string,
  late?: (attempt: LateAttempt) => void,
): Promise<pg.Client> {
  const named = [options, ...(options.others ?? [])];
  const target = options.target ?? (named.length > 1 ? 'read-write' : 'any');
  const taken = /write|primary/.test(target) ? lastTaken.get(options) : undefined;
  const servers = taken === undefined ? named : [taken, ...named.filter((server) => server !== taken)];
  const passes: readonly TargetSession[] = target === 'prefer-standby' ? ['standby', 'any'] : [target];
  let failures: DialFailure[] = [];
  for (const wanted of passes) {
    // Where a backend may wait already, no second one is left.
    failures = failures.filter(leavesBackend);
    const waiting = failures.map(({ place }) => place);
    for (const server of servers.filter((one) => !waiting.includes(nameHost(one)))) {
      const found = await new ServerDial({ options, database, server, late }, failures).run(wanted);
      if (found === 'stop') throw new DialError(failures);
      if (found === null) continue;
      lastTaken.set(options, server);
      return found;
    }
  }
  throw new DialError(failures);
}
