import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';

/** How far an attempt at one address came. */
export type DialStage = 'lookup' | 'socket' | 'tls' | 'login' | 'target';

/** One attempt that failed. */
export interface DialFailure {
  /** Such as `db.example.com:5432`. */
  readonly place: string;
  readonly stage: DialStage;
  /** Whether that attempt was made with TLS. */
  readonly encrypted: boolean;
  readonly timedOut: boolean;
  readonly error: unknown;
}

/** No server could be used: what was tried, and what became of it. */
export class DialError extends Error {
  /** Of PostgreSQL, such as `28P01`, or of Node, such as `ECONNREFUSED`: of the failure that tells most. */
  readonly code: string | undefined;
  readonly failures: readonly DialFailure[];

  constructor(failures: readonly DialFailure[]) {
    const telling = mostTelling(failures);
    super(describe(failures), { cause: telling });
    this.name = 'DialError';
    this.code = errorCode(telling);
    this.failures = failures;
  }

  /**
   * True if a server got the start-up packet and did not answer in time. It may have a backend that waits for a lock, and
   * goes on waiting whether this side has hung up or not: each attempt that follows may leave another one behind. False
   * if no attempt came so far: then nothing is left of them.
   */
  get leavesBackend(): boolean {
    return this.failures.some(leavesBackend);
  }
}

/** See {@link DialError.leavesBackend}. */
export function leavesBackend({ stage, timedOut }: DialFailure): boolean {
  return stage === 'login' && timedOut;
}

/** The SQLSTATE or Node's code of whatever was thrown. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** That pg_hba.conf has no line for a connection of that kind says less than why the other kind failed. */
function mostTelling(failures: readonly DialFailure[]): unknown {
  const telling = failures.filter(({ error }) => errorCode(error) !== '28000');
  return (telling.at(-1) ?? failures.at(-1))?.error;
}

function describe(failures: readonly DialFailure[]): string {
  const [only] = failures;
  if (failures.length === 1 && only !== undefined) return sentence(only.error);
  return failures
    .map(({ place, encrypted, error }) => `${place}${encrypted ? ' over TLS' : ''}: ${sentence(error)}`)
    .join('; ');
}

/** Sentences of our own end with a full stop, and nameFailure adds another. */
function sentence(error: unknown): string {
  return error instanceof SidecarError ? error.message : reason(error).replace(/\.$/, '');
}
