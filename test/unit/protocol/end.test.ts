import { expect, it } from 'vitest';
import { CURED_BY_RENEWAL, MODULE_CHANGED, SESSION_LOCKED } from '../../../sidecar/protocol/end.ts';
import { SocketIOError } from '../../../sidecar/src/api/error.ts';
import { ERROR_CODES } from '../../../sidecar/src/api/error-codes/catalogue.ts';
import { CHANGED } from '../../../sidecar/src/socketio/client/drain.ts';
import { judge } from '../../../sidecar/src/socketio/client/handshake.ts';
import type { Proof } from '../../../sidecar/src/socketio/gateway.ts';

const GOOD: Proof = {
  ...{ uid: 2, sessionHash: 'ab', context: {}, origin: null, expiresInMs: 1_000, checkedAgoMs: 0 },
  ...{ locked: false, proofDue: false, ended: false },
};

/** Why the sidecar refuses a row. */
function refusal(row: Proof | null): string {
  try {
    judge(row);
  } catch (error) {
    if (error instanceof SocketIOError) return error.code;
    throw error;
  }
  return 'none';
}

it('names the refusals that the page cures by a renewed token as the sidecar does', () => {
  const rows = [null, { ...GOOD, expiresInMs: 0 }, { ...GOOD, proofDue: true }];
  expect(new Set(rows.map(refusal))).toEqual(CURED_BY_RENEWAL);
});

it('names the ends of which the page takes special care as the sidecar does', () => {
  expect(refusal({ ...GOOD, locked: true })).toBe(SESSION_LOCKED);
  expect(CHANGED.code).toBe(MODULE_CHANGED);
  expect(refusal(GOOD)).toBe('none');
});

it('sends the page away for good with none of them', () => {
  const retried = Object.entries(ERROR_CODES).filter(([, entry]) => 'retry' in entry && entry.retry === true);
  const codes = retried.map(([code]) => code);
  expect(codes).toEqual(expect.arrayContaining([...CURED_BY_RENEWAL, SESSION_LOCKED, MODULE_CHANGED]));
});
