import { expect } from 'vitest';
import { type Channel, idsOf, type PageRecord } from '../fleet/page-record.ts';

/** How a channel fared. */
export interface Counts {
  /** For `each`: copies, one for each page. */
  readonly sent: number;
  readonly delivered: number;
  /** Confirmed twice, or for `each` handled twice in one page. */
  readonly duplicated: number;
  readonly lost: number;
  /** Delivered though never committed. */
  readonly invented: number;
  /** For queues: shown again because something failed before the confirmation. */
  readonly shownTwice: number;
}

/** @param sent the ids that were committed */
export function countEach(sent: readonly string[], pages: readonly PageRecord[], channel: Channel): Counts {
  const known = new Set(sent);
  const counts = pages.map((page) => {
    const ids = idsOf(page, channel);
    const got = new Set(ids);
    const delivered = sent.filter((id) => got.has(id)).length;
    return {
      sent: sent.length,
      delivered,
      duplicated: ids.length - got.size,
      lost: sent.length - delivered,
      invented: [...got].filter((id) => !known.has(id)).length,
      shownTwice: 0,
    };
  });
  return sum(counts);
}

/**
 * @param left the ids whose rows are still there
 * @param confirmed the ids that the sidecars confirmed, as often as they did
 */
export function countQueue(
  sent: readonly string[],
  pages: readonly PageRecord[],
  left: readonly string[],
  confirmed: readonly string[],
): Counts {
  const known = new Set(sent);
  const waiting = new Set(left);
  const ids = pages.flatMap((page) => idsOf(page, 'queue'));
  const got = new Set(ids);
  const delivered = sent.filter((id) => got.has(id) && !waiting.has(id)).length;
  return {
    sent: sent.length,
    delivered,
    duplicated: confirmed.length - new Set(confirmed).size,
    lost: sent.length - delivered,
    invented: [...got].filter((id) => !known.has(id)).length,
    shownTwice: ids.length - got.size,
  };
}

export function sum(all: readonly Counts[]): Counts {
  const total = (field: keyof Counts) => all.reduce((value, counts) => value + counts[field], 0);
  return {
    sent: total('sent'),
    delivered: total('delivered'),
    duplicated: total('duplicated'),
    lost: total('lost'),
    invented: total('invented'),
    shownTwice: total('shownTwice'),
  };
}

/** Prints the line of a case, and fails on one loss or one double. */
export function conclude(name: string, counts: Counts, ...remarks: readonly string[]): void {
  const { sent, delivered, duplicated, lost, invented, shownTwice } = counts;
  const parts = [
    `${name}: sent ${sent} delivered ${delivered} duplicated ${duplicated} lost ${lost}`,
    ...remarks,
    ...(invented > 0 ? [`never committed ${invented}`] : []),
    ...(shownTwice > 0 ? [`shown twice ${shownTwice}`] : []),
  ];
  process.stdout.write(`${parts.join(' ')}\n`);
  expectWhole(counts);
}

export function expectWhole(counts: Counts): void {
  expect(counts).toMatchObject({ duplicated: 0, lost: 0, invented: 0 });
  expect(counts.sent).toBeGreaterThan(0);
}

/** Did every page get what one writer sent in the order in which it was sent? */
export function expectOrder(pages: readonly PageRecord[], channel: Channel): void {
  for (const page of pages) {
    const ids = idsOf(page, channel).map(Number);
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  }
}

/** Everything could be proved whole: nobody should have been told to load all data again. */
export function expectNoResync(pages: readonly PageRecord[]): void {
  expect(pages.flatMap(({ resyncs }) => resyncs)).toEqual([]);
}

/** Nothing could be proved whole: everybody is told so, once. */
export function expectOneResync(pages: readonly PageRecord[], reason: string): void {
  const isTold = ({ resyncs }: PageRecord) => resyncs.length === 1 && resyncs[0]?.reason === reason;
  const others = pages.filter((page) => !isTold(page));
  expect(others.map(({ resyncs, disconnects }) => ({ resyncs, disconnects }))).toEqual([]);
}
