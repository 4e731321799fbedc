import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';
import { withinTime } from '../../lib/time-limit.ts';
import type { SslMode } from '../tls/tls-context.ts';
import { type Address, findAddresses, nameHost } from './address.ts';
import { Attempt, type AttemptOptions, tlsOf } from './attempt.ts';
import { CONNECT_TIMEOUT_MS, closeClient } from './connection.ts';
import { type DialFailure, errorCode } from './dial-error.ts';
import type { PostgresOptions, TargetSession } from './postgres-options.ts';

/** `cannot connect now`, and being shut down: another server may be there. */
const PASSING = /^57P0[123]$/;
/** The role, its password, or that pg_hba.conf has no line for such a connection: with or without TLS may differ. */
const LOGIN_REFUSED = /^28/;

/** What is tried with each address of a server. */
export type ServerPlan = Omit<AttemptOptions, 'address' | 'encrypted'>;

/** One server of those that are named: its addresses, with TLS or without. */
export class ServerDial {
  readonly #plan: ServerPlan;
  readonly #failures: DialFailure[];

  constructor(plan: ServerPlan, failures: DialFailure[]) {
    this.#plan = plan;
    this.#failures = failures;
  }

  /** @returns null: the next server may do; `stop`: it would answer the same */
  async run(target: TargetSession): Promise<pg.Client | 'stop' | null> {
    let addresses: Address[];
    try {
      addresses = await inTime(findAddresses(this.#plan.server), this.#plan.options);
    } catch (error) {
      this.#failed({ stage: 'lookup', encrypted: false, timedOut: error instanceof TimeoutError, error });
      return null;
    }
    for (const address of addresses) {
      const client = await this.#tryAddress(address);
      if (client !== 'next') {
        return client === null || client === 'stop' || (await this.#fits(client, target)) ? client : null;
      }
    }
    return null;
  }

  /** @returns `next`: another address of this server may do; null: another server; `stop`: none */
  async #tryAddress(address: Address): Promise<pg.Client | 'next' | 'stop' | null> {
    const [first, second] = 'path' in address ? [false] : ORDER[tlsOf(this.#plan.options).mode];
    for (const encrypted of second === undefined ? [first] : [first, second]) {
      const attempt = new Attempt({ ...this.#plan, address, encrypted });
      try {
        return await attempt.run();
      } catch (error) {
        const { stage, timedOut } = attempt;
        this.#failed({ stage, encrypted, timedOut, error });
        if (stage === 'socket') return 'next';
        // Another address may be one of the same server, where a backend waits now.
        if (timedOut) return stage === 'login' ? null : 'next';
        const code = errorCode(error) ?? '';
        if (PASSING.test(code) || isBrokenOff(error)) return null;
        if (stage === 'login' && !LOGIN_REFUSED.test(code)) return 'stop';
      }
    }
    return 'stop';
  }

  /** Whether it is the kind of server that is wanted; closed if not. */
  async #fits(client: pg.Client, target: TargetSession): Promise<boolean> {
    try {
      if (target === 'any') return true;
      const { rows } = await client.query<{ standby: boolean; readonly: boolean }>(
        `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS readonly`,
      );
      const { standby = false, readonly = false } = rows[0] ?? {};
      if (FITS[target](standby, readonly)) return true;
      const is = standby ? 'is a standby' : readonly ? 'is read-only' : 'is a primary that takes writes';
      throw new SidecarError(
        'target_missing',
        `The server ${is}, and target_session_attrs is '${target}'. Name one that fits.`,
      );
    } catch (error) {
      this.#failed({ stage: 'target', encrypted: false, timedOut: false, error });
      await closeClient(client);
      return false;
    }
  }

  #failed(failure: Omit<DialFailure, 'place'>): void {
    this.#failures.push({ place: nameHost(this.#plan.server), ...failure });
  }
}

/** Whether TLS is tried, and what after that: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS */
const ORDER: Record<SslMode, readonly [boolean, boolean?]> = {
  disable: [false],
  allow: [false, true],
  prefer: [true, false],
  require: [true],
  'verify-ca': [true],
  'verify-full': [true],
};

const FITS: Record<Exclude<TargetSession, 'any'>, (standby: boolean, readonly: boolean) => boolean> = {
  'read-write': (_standby, readonly) => !readonly,
  'read-only': (_standby, readonly) => readonly,
  primary: (standby) => !standby,
  standby: (standby) => standby,
  'prefer-standby': (standby) => standby,
};

class TimeoutError extends Error {}

/** A resolver that does not answer keeps the system's call waiting for long: nobody waits with it. */
async function inTime<Value>(work: Promise<Value>, { connectTimeoutMs }: PostgresOptions): Promise<Value> {
  const limit = connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  return await withinTime(work, limit, () => {
    throw new TimeoutError(`timeout expired after ${limit} ms in looking the host name up`);
  });
}

/** It ended in the middle: the server, or a proxy before it, went away. Another one may be there. */
function isBrokenOff(error: unknown): boolean {
  const code = errorCode(error);
  return (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    (code === undefined && error instanceof Error && /(closed|terminated)\b/i.test(error.message))
  );
}
