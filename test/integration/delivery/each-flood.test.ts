import { expect, it } from 'vitest';
import { numbersTo } from '../../support/browser/news-pages.ts';
import { SlowLink } from '../../support/network/slow-link.ts';
import { type HandlerName, startFlood } from '../../support/sidecar/flood-page.ts';

const HANDLERS: readonly HandlerName[] = ['each, emit in a loop', 'each, secureEmit', 'queue, secureEmit'];
const TRANSPORTS = ['websocket', 'polling'] as const;
/** No test of time: the last resort of a machine that stands still. */
const TIMEOUT = 240_000;

it.each(TRANSPORTS)(
  'a page over %s gets 5,000 messages of one transaction, in order and once',
  async (transport) => {
    const { sidecar, insert, open } = await startFlood('each, emit in a loop');
    const page = await open(sidecar.url, transport);
    await insert(5_000);
    await expect.poll(() => page.shown.length, { timeout: 120_000 }).toBeGreaterThanOrEqual(5_000);
    expect(page).toMatchObject({ shown: numbersTo(5_000), resyncs: [], cuts: [] });
    expect(sidecar.log).not.toContain('client_slow');
  },
  TIMEOUT,
);

it.each(HANDLERS.flatMap((handler) => TRANSPORTS.map((transport) => [handler, transport] as const)))(
  'a page behind a slow link gets all of a flood, in order and once (%s, %s)',
  async (handler, transport) => {
    const { sidecar, insert, open } = await startFlood(handler, { limits: { queueBytes: 300_000 } });
    // More than twice what may wait for a page, and as much a second as is left to it.
    const link = await SlowLink.open(sidecar.url, 300_000);
    const page = await open(link.url, transport);
    await insert(1_000);
    await expect.poll(() => page.shown.length, { timeout: 120_000 }).toBeGreaterThanOrEqual(1_000);
    expect(page).toMatchObject({ shown: numbersTo(1_000), resyncs: [], cuts: [] });
    expect(sidecar.log).not.toContain('client_slow');
  },
  TIMEOUT,
);
