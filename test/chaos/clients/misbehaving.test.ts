import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { NEWS, NewsPages, numbersTo } from '../../support/browser/news-pages.ts';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';
import { sizes } from '../record/form.ts';

const { pages, messages } = sizes({
  short: { pages: 10, messages: 200 },
  long: { pages: 50, messages: 2_000 },
});
const BLOCK_MS = 1_500;

const MODULE = `${NEWS}const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
SocketIO.addNamespace('/bad', class extends OpenERPNameSpace {
  async on_slow() { for (;;) { await this.listen(News); await pause(500); } }
  async on_hang() { await this.listen(News); await new Promise(() => {}); }
  async on_throw() { await this.listen(News); throw new Error('on purpose'); }
  async on_loop() { for (;;) await new Promise(setImmediate); }
  async on_block(ms) { for (const end = Date.now() + ms; Date.now() < end; ) await Promise.resolve(); }
});
`;

/** Since it was asked last. */
async function longestPause(sidecar: ModuleSidecar): Promise<number> {
  return Math.round((await sidecar.metric('nodejs_eventloop_lag_max_seconds')) * 1_000);
}

it('handlers that are slow, hang, throw, loop or block take nothing from the other sockets', async () => {
  const sidecar = await ModuleSidecar.serve(MODULE);
  const good = new NewsPages();
  for (let n = 0; n < pages; n += 1) good.add(await sidecar.connect('/news'));
  for (const event of ['slow', 'hang', 'throw', 'loop']) (await sidecar.connect('/bad')).emit(event);
  const blocker = await sidecar.connect('/bad');
  const writer = await sidecar.database.connect();
  let sent = 0;
  const send = async (last: number) => {
    for (; sent < last; sent += 1) {
      await writer.query(`INSERT INTO web_socketio_message (channel, "values") VALUES ('news', $1)`, [
        JSON.stringify({ n: sent + 1 }),
      ]);
      await setTimeout(2);
    }
  };
  const arrive = () => expect.poll(() => good.least, { interval: 20 }).toBe(sent);
  await longestPause(sidecar);
  await send(messages / 2);
  await arrive();
  const pause = await longestPause(sidecar);
  // Node's measure begins anew with its first turn after it was read.
  await send(messages / 2 + 20);
  await arrive();
  const blocking = blocker.emitWithAck('block', BLOCK_MS);
  await send(messages);
  await blocking;
  await arrive();
  const blocked = await longestPause(sidecar);
  process.stdout.write(
    `misbehaving handlers: pages ${pages} messages ${sent} longest event-loop pause ${pause} ms, with one that blocks for ${BLOCK_MS} ms: ${blocked} ms\n`,
  );
  expect(blocked).toBeGreaterThanOrEqual(BLOCK_MS * 0.9);
  expect(good.shown).toEqual(Array(pages).fill(numbersTo(messages)));
  await expect
    .poll(() => sidecar.log)
    .toContain("/bad event 'throw' of addon 'base', user 2: handler_failed: on purpose");
  // At once, or when a busy machine comes to show it.
  await expect.poll(() => sidecar.log).toMatch(/handler_blocks: .* event 'block' of addon 'base', in /);
});
