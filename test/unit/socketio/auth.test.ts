import { expect, it } from 'vitest';
import { readAuth } from '../../../sidecar/src/socketio/auth.ts';
import { readAcknowledgement } from '../../../sidecar/src/socketio/sending/acknowledgement.ts';

it('reads how a client answers, also of one whose handshake is texts only', () => {
  const position = { epoch: 'e', at: '1:1:', rank: 'a1', ids: [] };
  const spoken = { answers: 'event', parcels: true, positions: { 'a.News': position } };
  const texts = { answers: 'event', parcels: 'true', positions: JSON.stringify({ 'a.News': position }) };
  for (const auth of [spoken, texts]) {
    expect(readAuth(auth)).toMatchObject({
      answers: 'event',
      parcels: true,
      positions: { 'a.News': { epoch: 'e', snapshot: '1:1:', ids: [] } },
    });
  }
  for (const auth of [
    {},
    null,
    { answers: 'pigeon', parcels: 'yes', positions: '{' },
    { parcels: 1, positions: '7' },
  ]) {
    expect(readAuth(auth)).toMatchObject({ answers: 'acknowledgement', parcels: false, positions: null });
  }
});

it('reads an answer, whatever it is', () => {
  expect(readAcknowledgement({ ok: true })).toEqual({ ok: true, code: null, done: new Set() });
  expect(readAcknowledgement({ ok: false, code: 'partly_done', done: ['7', { toString: 1 }] })).toEqual({
    ok: false,
    code: 'partly_done',
    done: new Set(['7']),
  });
  for (const answer of [undefined, null, 'ok', { ok: 'true' }, { ok: false, done: ['7'] }, [true]]) {
    expect(readAcknowledgement(answer)).toEqual({ ok: false, code: null, done: new Set() });
  }
});

it('makes nothing a text that has none', () => {
  const bad = { toString: 1 };
  const position = { epoch: 'e', at: '1:1:', rank: bad, ids: [bad, '7', null, 8, []] };
  expect(readAuth({ parcels: bad, subscribes: bad, positions: { 'a.News': position } })).toMatchObject({
    ...{ parcels: false, subscribes: false },
    positions: { 'a.News': { epoch: 'e', snapshot: '1:1:', ids: ['7', '8'] } },
  });
});
