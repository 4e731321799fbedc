import { now } from '../clock.ts';
import { Page } from './page.ts';
import type { Command, Report } from './pages.ts';

/** Node's servers let 511 connections wait to be accepted; Linux drops more, and they come back after a second. */
const CONNECT_AT_ONCE = 200;
/** How long arrivals are collected before they are told: their times are taken at once. */
const REPORT_MS = 5;

/** Pages in a process of their own. They tell their parent what arrived when. */
const pages: Page[] = [];
const copies = new Map<number, number>();
let arrivals: { number: number; at: number }[] = [];

const report = (message: Report) => void process.send?.(message);
const failed = (reason: string) => report({ failed: reason });

/** @param wanted how many pages here get each message; null if all of them */
function note(number: number, wanted: number | null): void {
  const count = (copies.get(number) ?? 0) + 1;
  copies.set(number, count);
  if (count !== (wanted ?? pages.length)) return;
  if (arrivals.length === 0) {
    setTimeout(() => {
      report({ arrivals });
      arrivals = [];
    }, REPORT_MS);
  }
  arrivals.push({ number, at: now() });
}

/** Opens pages, some at once, and reports when the last one is connected. */
function open(url: string, opened: readonly Page[]): void {
  let [begun, connected] = [0, 0];
  const done = () => {
    connected += 1;
    if (connected === opened.length) report({ connected: now() });
    else begin();
  };
  const begin = () => {
    const page = opened[begun];
    begun += 1;
    page?.open(url, done);
  };
  while (begun < Math.min(CONNECT_AT_ONCE, opened.length)) begin();
}

process.on('message', ({ connect, again, away }: Command) => {
  if (connect !== undefined) {
    const { url, auths, event, copies: wanted, keeps } = connect;
    const arrived = (number: number) => note(number, wanted);
    const opened = auths.map((auth) => new Page(auth, event, keeps, { arrived, failed }));
    pages.push(...opened);
    return open(url, opened);
  }
  if (again !== undefined) return open(again, pages);
  if (away) {
    for (const page of pages) page.expectEnd();
    return report({ away: true });
  }
  for (const page of pages.splice(0)) page.close();
  report({ disconnected: true });
});
report({ started: true });
