import type { Socket } from 'socket.io-client';
import { expect, it } from 'vitest';
import { sizes } from '../chaos/record/form.ts';
import { RawWebSocket } from '../support/network/raw-web-socket.ts';
import { ModuleSidecar } from '../support/sidecar/module-sidecar.ts';
import { malformed } from './malformed.ts';
import { Random } from './random.ts';

const { packets } = sizes({ short: { packets: 1_000 }, long: { packets: 100_000 } });
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_125);
const AT_A_TIME = 20;
/** What a heap may grow without anybody having kept anything. */
const GROWTH_MB = 80;

const MODULE = `
import { OpenERPNameSpace, SocketIO } from 'web_socketio';
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  on_echo(...args) { return args[0]; }
});
`;

/** Sends to one connection or session until it is closed. @returns how many packets it took */
type Attack = (sidecar: ModuleSidecar, random: Random, auth: string) => Promise<number>;

const overWebSocket: Attack = async ({ url }, random, auth) => {
  const isOld = random.is(0.3);
  const raw = await RawWebSocket.open(url, {}, isOld ? 'EIO=3' : 'EIO=4');
  if (random.is(0.8)) raw.send(isOld ? `40/mine?${queryOf(auth)},` : `40/mine,${auth}`);
  const count = 1 + random.below(10);
  for (let n = 0; n < count; n += 1) {
    const packet = malformed(random);
    // Sometimes not even a frame.
    if (random.is(0.05)) raw.tcp.write(packet);
    else raw.send(packet);
  }
  raw.tcp.end();
  await raw.closed;
  return count;
};

const overPolling: Attack = async ({ url }, random, auth) => {
  const isOld = random.is(0.3);
  const base = `${url}/socket.io/?EIO=${isOld ? 3 : 4}&transport=polling`;
  const { sid } = JSON.parse(/\{[^}]*\}/.exec(await (await fetch(base)).text())?.[0] ?? '');
  const own = `${base}&sid=${sid}`;
  // Socket.IO 1 and 2 write the length of each packet before it; sometimes that is wrong, too.
  const wrap = (text: string) => (isOld ? `${text.length + (random.is(0.1) ? 1 : 0)}:${text}` : text);
  const post = (body: string | Buffer, to = own) =>
    fetch(to, { method: 'POST', body: typeof body === 'string' ? wrap(body) : new Uint8Array(body) });
  if (random.is(0.8)) await post(isOld ? `40/mine?${queryOf(auth)}` : `40/mine,${auth}`);
  const count = 1 + random.below(10);
  for (let n = 0; n < count; n += 1) {
    const body = malformed(random);
    const to = random.is(0.1)
      ? `${own}${encodeURIComponent(Buffer.from(malformed(random)).toString('latin1'))}`
      : own;
    const { status } = await post(body, to);
    if (status !== 200) break;
  }
  // Whatever is left of the session ends; one that is ending already waits for a last poll.
  await post('1');
  await (await fetch(own)).text();
  return count;
};

/** As a client of Socket.IO 1 or 2 says what others say in JSON. */
const queryOf = (auth: string) => new URLSearchParams(JSON.parse(auth)).toString();

/** A page that asks all the time. @returns how often it was answered, when told to stop */
function ask(socket: Socket): () => Promise<number> {
  let isOver = false;
  const asking = (async () => {
    let n = 0;
    for (; !isOver; n += 1) {
      expect(await socket.timeout(60_000).emitWithAck('echo', n)).toBe(n);
      // Below the limit of events.
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    return n;
  })();
  return () => {
    isOver = true;
    return asking;
  };
}

it.each([
  ['WebSocket', overWebSocket],
  ['long-polling', overPolling],
] as const)(
  'malformed packets over %s crash nothing, keep nobody waiting and leave nothing behind',
  async (name, attack) => {
    const random = new Random(SEED);
    const sidecar = await ModuleSidecar.serve(MODULE);
    const stop = ask(await sidecar.connect('/mine'));
    const auth = JSON.stringify(await sidecar.auth());
    const send = async (wanted: number) => {
      let sent = 0;
      const one = async () => {
        while (sent < wanted) {
          const count = await attack(sidecar, random, auth);
          sent += count;
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, one));
      return sent;
    };
    const warm = await send(packets / 10);
    const start = await sidecar.memory();
    const sent = warm + (await send(packets - warm));
    const answered = await stop();
    // Only the page that is left: what an attack leaves behind goes with its connection.
    await expect.poll(() => sidecar.metric('web_socketio_pages')).toBe(1);
    const end = await sidecar.memory();
    process.stdout.write(
      `malformed over ${name}: packets ${sent} answered beside them ${answered} memory ${start} → ${end} MB (seed ${SEED})\n`,
    );
    expect(answered).toBeGreaterThan(0);
    expect(end - start).toBeLessThan(GROWTH_MB);
    expect(sidecar.log).not.toContain(' ERROR ');
  },
);
