import { expect, it } from 'vitest';
import type { Visitor } from '../../../sidecar/src/bus/bus-client.ts';
import { type BusFacts, USUAL_FACTS } from '../../../sidecar/src/bus/bus-facts.ts';
import { VersionCheck } from '../../../sidecar/src/bus/version-check.ts';

function visitor(version: string | null, hasUserAgent = true): Visitor {
  return { cookie: '', headers: {}, origin: null, hasUserAgent, version };
}

/** @param known what Odoo told before @param next what it tells when it is asked; null: it cannot be asked */
function start(known: string | null, next: string | null) {
  const clock = { now: 100_000 };
  const factsOf = (version: string | null): BusFacts | null =>
    version === null ? null : { ...USUAL_FACTS, version };
  const odoo = { facts: factsOf(known), next, asked: 0 };
  const subscriptions = {
    get facts() {
      return odoo.facts;
    },
    askFacts: async () => {
      odoo.asked += 1;
      odoo.facts = factsOf(odoo.next) ?? odoo.facts;
      return factsOf(odoo.next);
    },
  };
  return { check: new VersionCheck(subscriptions, () => clock.now), odoo, clock };
}

it('lets a page in at once whose script is the one that Odoo told', () => {
  const { check, odoo } = start('19.0-2', '19.0-2');
  expect(check.check(visitor('19.0-2'))).toBe(true);
  expect(odoo.asked).toBe(0);
});

it('asks Odoo before it sends a page away, since Odoo may be newer by now', async () => {
  const { check, odoo } = start('19.0-2', '19.0-3');
  expect(await check.check(visitor('19.0-3'))).toBe(true);
  expect(odoo.asked).toBe(1);
  expect(await check.check(visitor('19.0-2'))).toBe(false);
});

it('asks once for all pages that come at the same time, and not again within five seconds', async () => {
  const { check, odoo, clock } = start('19.0-3', '19.0-3');
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => check.check(visitor('19.0-2'))));
  expect(new Set(answers)).toEqual(new Set([false]));
  expect(check.check(visitor('19.0-1'))).toBe(false);
  expect(odoo.asked).toBe(1);
  clock.now += 5_001;
  odoo.next = '19.0-4';
  expect(await check.check(visitor('19.0-4'))).toBe(true);
  expect(odoo.asked).toBe(2);
});

it('lets pages in while Odoo cannot be asked, without asking for each', async () => {
  const { check, odoo } = start(null, null);
  expect(await check.check(visitor('18.0-1'))).toBe(true);
  expect(check.check(visitor('18.0-1'))).toBe(true);
  expect(odoo.asked).toBe(1);
});

it('a program without a User-Agent has no script that could be outdated', () => {
  const { check, odoo } = start('19.0-2', '19.0-2');
  expect(check.check(visitor(null, false))).toBe(true);
  expect(odoo.asked).toBe(0);
});

it('a page that names no version is outdated', async () => {
  const { check } = start('19.0-2', '19.0-2');
  expect(await check.check(visitor(null))).toBe(false);
});
