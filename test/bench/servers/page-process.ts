import { Arrivals } from '../arrivals.ts';
import { now } from '../clock.ts';
import { Page } from './page.ts';
import type { Command, Report } from './pages.ts';

/** Node's servers let 511 connections wait to be accepted; Linux drops more, and they come back after a second. */
const CONNECT_AT_ONCE = 200;

/** Pages in a process of their own. They tell their parent what arrived when. */
const pages: Page[] = [];

const report = (message: Report) => void process.send?.(message);
const failed = (reason: string) => report({ failed: reason });
const arrivals = new Arrivals((complete) => report({ arrivals: complete }));

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
    const arrived = (number: number) => arrivals.note(number, wanted ?? pages.length);
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
