import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PresenceRow } from '../../../addon/web_live/socketio/presence/presence-row.ts';
import { type Member, Roster } from '../../../addon/web_live/socketio/presence/roster.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TIMES = { renewMs: 45_000, forgetMs: 100_000, tellMs: 1_000 };
const KEY = 'res.partner,7';

/** Sidecars that read one another's rows, and pages of theirs. */
function start(hosts: readonly string[]) {
  const rows: PresenceRow[] = [];
  const fed = new Map<Member, Roster>();
  const rosters = hosts.map((host) => new Roster(KEY, host, TIMES));
  const state = { isAway: false };
  const open = (host: number, uid: number, isFull = false) => {
    const roster = rosters[host] ?? new Roster(KEY, '?', TIMES);
    const told: (readonly number[])[] = [];
    const member: Member = {
      uid,
      feed: () => {
        if (isFull) throw new Error('too_many_handlers');
        fed.set(member, roster);
      },
      unfeed: () => void fed.delete(member),
      say: async (row) => {
        if (state.isAway) throw new Error('PostgreSQL is away');
        rows.push(row);
        setTimeout(() => {
          for (const [one, other] of fed) other.hear(row, one);
        }, 5);
      },
      tell: (_key, uids) => void told.push(uids),
    };
    roster.join(member);
    return { roster, member, told, leave: () => roster.leave(member) };
  };
  return { rows, rosters, fed, state, open };
}
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('Somebody who is alone says so once, and never again', async () => {
  const { rows, open } = start(['a']);
  const anna = open(0, 4);
  await wait(3_600_000);
  expect(rows.map(({ uids }) => uids)).toEqual([[4]]);
  await anna.leave();
  expect(rows.map(({ values }) => values['op'])).toEqual(['here', 'gone']);
  expect(anna.told).toEqual([]);
});

it('A page that may not run one more handler leaves it to another to hear the other sidecars', async () => {
  const { fed, open } = start(['a', 'b']);
  open(0, 4, true);
  const bert = open(0, 5);
  expect([...fed.keys()]).toEqual([bert.member]);
  const carl = open(1, 6);
  await wait(5_000);
  expect(bert.told.at(-1)).toEqual([4, 6]);
  expect(carl.told.at(-1)).toEqual([4, 5]);
  // Nobody is left who can: who goes is said all the same.
  await bert.leave();
  await wait(5_000);
  expect(carl.told.at(-1)).toEqual([4]);
});

it('A thousand users on one record are a row a second, and pages are told once a second', async () => {
  const { rows, open } = start(['a']);
  const first = open(0, 1);
  await wait(2_000);
  for (let uid = 2; uid <= 1_000; uid += 1) {
    open(0, uid);
    await wait(10);
  }
  await wait(2_000);
  expect(rows.length).toBeLessThanOrEqual(15);
  expect(first.told.length).toBeLessThanOrEqual(12);
  expect(first.told.at(-1)).toHaveLength(999);
});

it('Two sidecars that ask at the same time learn of one another', async () => {
  const { open } = start(['a', 'b']);
  const [anna, bert] = [open(0, 4), open(1, 5)];
  await wait(2_000);
  expect([anna.told, bert.told]).toEqual([[[5]], [[4]]]);
});

it('While somebody else is there each sidecar renews its word, and one that is silent is forgotten', async () => {
  const { rows, fed, open } = start(['a', 'b']);
  const [anna, bert] = [open(0, 4), open(1, 5)];
  await wait(600_000);
  const said = rows.length;
  expect(said).toBeGreaterThan(20);
  expect(said).toBeLessThan(60);
  expect(anna.told).toEqual([[5]]);
  // Its sidecar is killed.
  fed.delete(bert.member);
  bert.member.say = async () => undefined;
  await wait(101_000);
  expect(anna.told).toEqual([[5], []]);
  const before = rows.length;
  await wait(600_000);
  expect(rows.length).toBe(before);
});

it('What is replayed from before its question is over, and does not count', async () => {
  const { rows, rosters, open } = start(['a', 'b']);
  const bert = open(1, 5);
  await wait(1_000);
  const [old] = rows;
  await bert.leave();
  await wait(1_000);
  const anna = open(0, 4);
  if (old !== undefined) rosters[0]?.hear(old, anna.member);
  await wait(5_000);
  expect(anna.told).toEqual([]);
});

it('When the page goes that hears for its sidecar, another one hears, and nobody is lost', async () => {
  const { open } = start(['a', 'b']);
  const [anna, other, bert] = [open(0, 4), open(0, 6), open(1, 5)];
  await wait(2_000);
  await anna.leave();
  await wait(2_000);
  expect(other.told.at(-1)).toEqual([5]);
  await bert.leave();
  await wait(2_000);
  expect(other.told.at(-1)).toEqual([]);
});

it('What cannot be said while PostgreSQL is away is said later', async () => {
  const { rows, state, open } = start(['a']);
  state.isAway = true;
  open(0, 4);
  await wait(1_000);
  expect(rows).toEqual([]);
  state.isAway = false;
  await wait(45_000);
  expect(rows.map(({ uids }) => uids)).toEqual([[4]]);
});
