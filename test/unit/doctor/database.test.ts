import { describe, expect, it } from 'vitest';
import { judgeServer } from '../../../sidecar/src/doctor/inside/database.ts';

const USUAL = { longestSeconds: 2, hidden: 0, queue: 0, free: 80 };

describe('Of a PostgreSQL server', () => {
  it.each([
    ['what is usual', {}, []],
    ['a transaction of six minutes', { longestSeconds: 360 }, ['long_transaction']],
    ['an import that takes four', { longestSeconds: 240 }, []],
    ['a queue of notifications that fills up', { queue: 0.2 }, ['notify_queue']],
    ['connections that it is told nothing of', { hidden: 3 }, ['transactions_hidden']],
    ['five free connections', { free: 5 }, ['few_connections']],
  ])('%s', (_, state, codes) => {
    const found = judgeServer('Database', { ...USUAL, ...state });
    expect(found.map(({ code }) => code)).toEqual(codes);
    expect(found.some(({ severity }) => severity === 'problem')).toBe(false);
  });
});
