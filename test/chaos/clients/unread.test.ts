import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { NEWS, NewsPages, numbersTo } from '../../support/browser/news-pages.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';
import { sizes } from '../record/form.ts';

const { silent, seconds } = sizes({ short: { silent: 20, seconds: 5 }, long: { silent: 100, seconds: 60 } });
const READING = 10;
const PER_SECOND = 1_000;
const TICK_MS = 20;
/** Two megabytes a second for each page: the system's own buffers are full soon. */
const PADDING = 2_000;
const QUEUE_BYTES = 1_000_000;
/** A heap's ups and downs, and the messages that are kept for replays. */
const HEAP_MB = 150;
/**
 * What waits for each, as much on its way to the system, and twice the ups and downs: on a machine that is busy, the pages
 * that read get larger batches. Without the limit it would be gigabytes.
 */
const MOST_MB = 2 * HEAP_MB + (2 * silent * QUEUE_BYTES) / 1e6;

const MODULE = `${NEWS}SocketIO.addNamespace('/pour', class extends OpenERPNameSpace {
  // Far more than it takes: a handler that sends what it took waits for its page, and nothing is ever too much.
  async recvConnect() {
    for (;;) {
      const messages = await this.listen(News);
      for (let turn = 0; turn < 300; turn += 1) this.emit('news', messages.concat());
    }
  }
});
`;

it('sockets that do not read are cut off, cost no memory, and take nothing from those that do', async () => {
  const sidecar = await ModuleSidecar.serve(MODULE, { WEB_SOCKETIO_MAX_QUEUE_BYTES: `${QUEUE_BYTES}` });
  const good = new NewsPages();
  for (let n = 0; n < READING; n += 1) good.add(await sidecar.connect('/news'));
  const writer = await sidecar.database.connect();
  const cuts = () => sidecar.log.match(/client_slow: /g)?.length ?? 0;
  // As long as it says, and until the first of them are cut off, which a busy machine comes to late.
  const isEnough = () => sent >= seconds * PER_SECOND && cuts() >= silent;
  let sent = 0;
  const write = async () => {
    const start = performance.now();
    const batch = (PER_SECOND * TICK_MS) / 1_000;
    for (; !isEnough(); sent += batch) {
      const wait = start + (sent / PER_SECOND) * 1_000 - performance.now();
      if (wait > 0) await setTimeout(wait);
      await writer.query(
        `INSERT INTO web_socketio_message (channel, "values")
         SELECT 'news', json_build_object('n', n, 'padding', repeat('x', $3)) FROM generate_series($1::int, $2::int) AS n`,
        [sent + 1, sent + batch, PADDING],
      );
    }
  };
  const start = await sidecar.memory();
  let middle = 0;
  let most = start;
  let isOver = false;
  const writing = write().finally(() => {
    isOver = true;
  });
  let waves = 0;
  for (; !isOver; waves += 1) {
    // All of the wave before are gone: some may be cut while others still connect.
    const wanted = cuts() + silent;
    const auth = await sidecar.auth(3);
    const sockets = await Promise.all(
      Array.from({ length: silent }, async () => {
        const raw = await RawWebSocket.connect(sidecar.url, '/pour', auth);
        raw.tcp.pause();
        return raw;
      }),
    );
    do {
      await setTimeout(200);
      const now = await sidecar.memory();
      most = Math.max(most, now);
      if (middle === 0 || sent < (seconds * PER_SECOND) / 2) middle = now;
    } while (!isOver && cuts() < wanted);
    for (const { tcp } of sockets) tcp.destroy();
  }
  await writing;
  await expect.poll(() => good.least).toBe(sent);
  const end = await sidecar.memory();
  process.stdout.write(
    `sockets that do not read: ${silent} in ${waves} waves, cut ${cuts()}, messages ${sent} at ${PER_SECOND} a second, pages beside them ${READING}, memory ${start} → ${middle} → ${end} MB, at most ${most}\n`,
  );
  expect(good.shown).toEqual(Array(READING).fill(numbersTo(sent)));
  expect(most - start).toBeLessThan(MOST_MB);
  expect(end - middle).toBeLessThan(HEAP_MB);
});
