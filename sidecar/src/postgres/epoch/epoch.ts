import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { Snapshot } from '../../delivery/each/log/snapshot.ts';
import type { Queryable } from '../connect/pool.ts';
import { readServerIdentity, sameServer } from './server-identity.ts';

/** What was found when the epoch was looked at. */
export interface EpochState {
  /** `system identifier : database oid : timeline : chance`. Within it, positions of pages mean something. */
  readonly epoch: string;
  /** What the column txid is above the number of a row's transaction. */
  readonly base: string;
  /** How often it was counted that messages are read. */
  readonly pulse: string;
  /** Why everything that was known before means nothing now; null if it still does. */
  readonly change: EpochChange | null;
}

/**
 * `elsewhere`: the rows came here from another server, or another database. `back`: the server went on from an earlier
 * state than the one that was seen. In both, tokens and leases are those of another time. `restarted`: the server was
 * started again while nobody was here who could say that it went on where it had stopped.
 */
export type EpochChange = 'elsewhere' | 'back' | 'restarted';

/** What a sidecar has seen of the database, by which it knows it again. */
export interface Seen {
  readonly epoch: string;
  /** Of the last read. */
  readonly snapshot: string;
  readonly pulse: string;
}

interface State {
  readonly epoch: string | null;
  readonly base: string;
  readonly pulse: string;
  /** The server has not been started again since it was last looked at. */
  readonly runs: boolean;
  /** The number of the next transaction. */
  readonly next: string;
}

const STATE = `
SELECT epoch, base::text, pulse::text,
       started IS NOT DISTINCT FROM pg_postmaster_start_time() AS runs,
       txid_snapshot_xmax(txid_current_snapshot())::text AS next
FROM web_socketio_state`;
const PULSE = 'UPDATE web_socketio_state SET pulse = pulse + 1 RETURNING pulse::text';
/** Rows whose transaction is still to come were written by another server's. */
const FOREIGN = `
SELECT (max(txid) - txid_snapshot_xmin(txid_current_snapshot()) + 1)::text AS base,
       max(txid) >= txid_snapshot_xmax(txid_current_snapshot()) + $1::bigint AS foreign
FROM web_socketio_message`;
/** So begins the last part of an epoch that was made for want of somebody who knew. No digit of a hexadecimal number. */
const RESTARTED = 'r';
/** How long those who write may be kept waiting for others who do. */
const REBASE_LOCK_TIMEOUT = '500ms';

/**
 * Makes sure that positions, tokens, leases and the transactions of rows are those of this server, whether it is the one
 * that was seen before or a copy, a restored dump, a standby that was promoted, or an older data folder in its place.
 * No row of a message is touched, whatever their number. One sidecar does it, the others find it done.
 *
 * @param seen what this sidecar has seen of the database; null if nothing
 */
export async function ensureEpoch(client: pg.ClientBase, seen: Seen | null): Promise<EpochState> {
  const identity = await readServerIdentity(client);
  const state = await readState(client);
  const change = changeOf(identity, state, seen);
  if (change === null && state.epoch !== null && state.runs) return found(state, state.epoch, seen);
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock(8068, 2)');
    const again = await readState(client);
    const late = changeOf(identity, again, seen);
    if (again.epoch === null || late !== null) await renew(client, identity, again, late);
    else await client.query('UPDATE web_socketio_state SET started = pg_postmaster_start_time()');
    await client.query('COMMIT');
    const now = await readState(client);
    const state = found(now, now.epoch ?? '', seen);
    return { ...state, change: late ?? state.change };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Counts once more, so that a server that goes on from before will be noticed. */
export async function beatPulse(client: Queryable): Promise<string | null> {
  const { rows } = await client.query<{ pulse: string }>(PULSE);
  return rows[0]?.pulse ?? null;
}

/** The state as it is. Who knew another epoch has to begin anew, whoever changed it. */
function found({ base, pulse }: State, epoch: string, seen: Seen | null): EpochState {
  const followed = wasRestarted(epoch) ? 'restarted' : 'elsewhere';
  return { epoch, base, pulse, change: seen === null || seen.epoch === epoch ? null : followed };
}

function changeOf(identity: string, state: State, seen: Seen | null): EpochChange | null {
  if (state.epoch === null) return null;
  if (!sameServer(identity, state.epoch)) return 'elsewhere';
  const isKnown = seen !== null && seen.epoch === state.epoch;
  // Who began after a restart could not know; who was here before does.
  if (seen !== null && (isKnown || wasRestarted(state.epoch)) && wentBack(state, seen)) return 'back';
  return state.runs || isKnown ? null : 'restarted';
}

/** Has something been seen that is still to come? */
function wentBack({ pulse, next }: State, seen: Seen): boolean {
  const { xmax } = Snapshot.parse(seen.snapshot) ?? { xmax: 0n };
  return xmax > BigInt(next) || BigInt(pulse) < BigInt(seen.pulse);
}

async function renew(
  client: pg.ClientBase,
  identity: string,
  { base }: State,
  change: EpochChange | null,
): Promise<void> {
  if (change === 'elsewhere' || change === 'back') {
    await client.query('DELETE FROM web_socketio_session');
    await client.query('DELETE FROM web_socketio_sidecar');
  }
  const { rows } = await client.query<{ base: string; foreign: boolean | null }>(FOREIGN, [base]);
  if (rows[0]?.foreign === true) {
    await client.query(`SET LOCAL lock_timeout = '${REBASE_LOCK_TIMEOUT}'`);
    await client.query('SELECT web_socketio_rebase($1)', [rows[0].base]);
  }
  // By chance, since what is counted goes back with an older data folder.
  const chance = randomBytes(4).toString('hex');
  await client.query('UPDATE web_socketio_state SET epoch = $1, started = pg_postmaster_start_time()', [
    `${identity}:${change === 'restarted' ? RESTARTED : ''}${chance}`,
  ]);
}

function wasRestarted(epoch: string): boolean {
  return epoch.split(':').at(-1)?.startsWith(RESTARTED) === true;
}

async function readState(client: pg.ClientBase): Promise<State> {
  const { rows } = await client.query<State>(STATE);
  const [state] = rows;
  if (state === undefined) throw new Error('The table web_socketio_state has lost its row.');
  return state;
}
