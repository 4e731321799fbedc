import { expect, it } from 'vitest';
import { numbersTo } from '../../support/browser/news-pages.ts';
import { SlowLink } from '../../support/network/slow-link.ts';
import { type HandlerName, startFlood } from '../../support/sidecar/flood-page.ts';
import { sizes } from '../record/form.ts';

/** Messages of 1.4 KB: in the long form 14 MB, which takes 280 seconds at the slowest. */
const { count, speeds } = sizes({
  short: { count: 1_000, speeds: [300_000] },
  long: { count: 10_000, speeds: [50_000, 200_000, 1_000_000] },
});
const HANDLERS: readonly HandlerName[] = ['each, emit in a loop', 'each, secureEmit', 'queue, secureEmit'];
const TRANSPORTS = ['websocket', 'polling'] as const;
/** So many bytes a message is on its way, and several times as long may it take on a busy machine. */
const patience = (speed: number) => 60_000 + (4 * count * 1_700_000) / speed;

const cases = speeds.flatMap((speed) =>
  HANDLERS.flatMap((handler) => TRANSPORTS.map((transport) => [speed, transport, handler] as const)),
);

it.each(cases)(
  'a page at %i bytes a second over %s gets all of a flood, in order and once, and others wait for nothing (%s)',
  async (speed, transport, handler) => {
    const { sidecar, database, insert, open } = await startFlood(handler);
    const other = await open(sidecar.url, 'websocket', () => undefined, 'calm');
    const calm = async () => {
      const begun = performance.now();
      const shown = other.shown.length + 1;
      await database.insert('calm', { id: shown });
      await expect.poll(() => other.shown.length, { timeout: 60_000, interval: 1 }).toBe(shown);
      return performance.now() - begun;
    };
    const before: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) before.push(await calm());
    const link = await SlowLink.open(sidecar.url, speed);
    const page = await open(link.url, transport);
    await insert(count);
    const during: number[] = [];
    const begun = performance.now();
    while (page.shown.length < count && performance.now() - begun < patience(speed))
      during.push(await calm());
    expect(page).toMatchObject({ shown: numbersTo(count), resyncs: [], cuts: [] });
    expect(sidecar.log).not.toContain('client_slow');
    const seconds = Math.round((performance.now() - begun) / 1_000);
    process.stdout.write(
      `${speed} bytes/s, ${transport}, ${handler}: ${count} messages in ${seconds} s; those of others took ${median(before)} ms before, and ${median(during)} ms meanwhile\n`,
    );
  },
  patience(Math.min(...speeds)) + 60_000,
);

function median(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1);
}
