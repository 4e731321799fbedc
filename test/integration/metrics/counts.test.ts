import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; format(message) { return message; } }
class Work extends AbstractAdapter { static channel = 'work'; }
SocketIO.addAdapter(Work);
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  async recvConnect() { for (;;) await this.secureEmit(News, 'news', await this.listen(News)); }
  on_ask() { return 42; }
  async on_take() { await this.listen(Work); await this.validate(Work, true); return 'done'; }
  async on_drop() { await this.listen(Work); await this.validate(Work, false); }
  on_wait() { return new Promise(() => undefined); }
});
SocketIO.addNamespace('/closed', class extends OpenERPNameSpace {
  on_session_id() { throw new SocketIOError('not_today', 'Come back tomorrow.'); }
});
`;

async function start(settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE }, settings);
  const token = await database.addToken({ uid: 7 });
  const open = (path: string) => sidecar.connect(path, database.name, token);
  /** The value of a line, by its name and labels without the database; null if there is none. */
  const metric = async (line: string) => {
    const text = await (await fetch(`${sidecar.url}/metrics`)).text();
    const all = text.replaceAll(`db="${database.name}",`, '').replaceAll(`{db="${database.name}"}`, '');
    const found = all.split('\n').find((one) => one.startsWith(`${line} `));
    return found === undefined ? null : Number(found.slice(line.length + 1));
  };
  return { database, sidecar, token, open, metric };
}

it('counts pages, users and sockets by how they are connected, and a page that goes over to a WebSocket once', async () => {
  const { sidecar, database, token, open, metric } = await start();
  await open('/mine');
  const page = io(`${sidecar.url}/mine`, { auth: { db: database.name, token }, forceNew: true });
  onTestFinished(() => void page.disconnect());
  sidecar.transport = 'polling';
  const polling = await open('/mine');
  const socket = (transport: string) =>
    metric(`web_socketio_sockets{namespace="/mine",transport="${transport}"}`);
  await expect.poll(() => socket('websocket')).toBe(2);
  await expect.poll(() => socket('polling')).toBe(1);
  expect(await metric('web_socketio_database_pages{transport="websocket"}')).toBe(2);
  expect(await metric('web_socketio_users')).toBe(1);
  expect(await metric('web_socketio_handshakes_total{namespace="/mine"}')).toBe(3);
  polling.disconnect();
  page.disconnect();
  await expect.poll(() => socket('polling')).toBe(0);
  await expect.poll(() => socket('websocket')).toBe(1);
  await expect.poll(() => metric('web_socketio_pages')).toBe(1);
  expect(await metric('web_socketio_database_pages{transport="polling"}')).toBe(0);
});

it('counts whom it refuses by code, and the code of an addon as another one', async () => {
  const { sidecar, database, open, metric } = await start();
  await sidecar.refusal('/mine', { db: database.name, token: 'wsio_nobody' });
  await sidecar.refusal('/mine', { db: 'elsewhere', token: 'wsio_nobody' });
  await sidecar.refusal('/nowhere', { db: database.name, token: 'wsio_nobody' });
  const closed = await open('/closed');
  await expect.poll(() => closed.connected).toBe(false);
  const refused = (code: string) => metric(`web_socketio_refusals_total{code="${code}"}`);
  expect(await refused('token_unknown')).toBe(1);
  expect(await refused('namespace_unknown')).toBe(1);
  expect(await refused('other')).toBe(1);
  expect(await metric('web_socketio_refusals_total{db="",code="database_unknown"}')).toBe(1);
  expect(await metric('web_socketio_ended_total{namespace="/closed",code="other"}')).toBe(1);
});

it('counts what it refuses before anybody knows whose it is, and connections that it cuts', async () => {
  const { sidecar, open, metric } = await start({ limits: { packetsPerSecond: 5 } });
  expect((await fetch(`${sidecar.url}/socket.io/?EIO=2&transport=polling`)).status).toBe(400);
  expect(await metric('web_socketio_refusals_total{db="",code="client_unsupported"}')).toBe(1);
  const socket = await open('/mine');
  for (let number = 0; number < 100; number += 1) socket.emit('ask');
  await expect.poll(() => socket.connected).toBe(false);
  expect(await metric('web_socketio_cut_total{code="too_many_packets"}')).toBe(1);
  expect(await metric('web_socketio_packets_total{direction="received"}')).toBeGreaterThan(50);
  expect(await metric('web_socketio_characters_total{direction="sent"}')).toBeGreaterThan(0);
});

it('counts who comes back to where it was, and who has to load its data again', async () => {
  const { sidecar, database, token, metric } = await start();
  await sidecar.connect('/mine', database.name, token);
  const come = async (positions: unknown) => {
    const socket = sidecar.open('/mine', { db: database.name, token, positions });
    const told = nextEvent(socket, 'web_socketio.position');
    socket.connect();
    const [given] = await told;
    socket.disconnect();
    return given;
  };
  const given = await come({ '*': { epoch: 'elsewhere', at: '1:1:', rank: '', ids: [] } });
  expect(await metric('web_socketio_page_resyncs_total{reason="epoch"}')).toBe(1);
  await come(given);
  await expect.poll(() => metric('web_socketio_replays_total{outcome="complete"}')).toBe(1);
  expect(await metric('web_socketio_page_resyncs_total{reason="epoch"}')).toBe(1);
});

it('says which problems there are, as long as there are some', async () => {
  const { database, open, metric } = await start();
  // By then it has read the database.
  await open('/mine');
  await database.query('ALTER TABLE web_socketio_message RENAME TO elsewhere');
  await database.killSidecarBackends();
  const problem = () => metric('web_socketio_problems{code="module_missing"}');
  await expect.poll(problem).toBe(1);
  expect(await metric('web_socketio_postgres_connected')).toBe(0);
  expect(await metric('web_socketio_queue_waiting{channel="work"}')).toBe(null);
  await database.query('ALTER TABLE elsewhere RENAME TO web_socketio_message');
  await expect.poll(() => metric('web_socketio_postgres_connected')).toBe(1);
  expect(await problem()).toBe(null);
});

it('counts events, the handlers that run and how long those took that did not wait for messages', async () => {
  const { database, open, metric } = await start();
  const socket = await open('/mine');
  const of = (name: string, event: string) =>
    metric(`web_socketio_${name}{namespace="/mine",event="${event}"}`);
  expect(await socket.emitWithAck('ask')).toBe(42);
  expect(await socket.emitWithAck('ask')).toBe(42);
  await socket.emitWithAck('nonsense', 1);
  const taken = socket.emitWithAck('take');
  socket.emit('wait');
  await expect.poll(() => of('handlers_running', 'wait')).toBe(1);
  expect(await of('handlers_running', 'take')).toBe(1);
  expect(await of('handlers_running', 'connect')).toBe(1);
  await database.insert('work', {});
  expect(await taken).toBe('done');
  expect(await of('events_total', 'ask')).toBe(2);
  expect(await of('events_total', 'other')).toBe(1);
  expect(await of('handler_seconds_count', 'ask')).toBe(2);
  expect(await of('handler_seconds_count', 'take')).toBe(null);
  expect(await of('handlers_running', 'take')).toBe(0);
  socket.disconnect();
  await expect.poll(() => of('handlers_running', 'wait')).toBe(1);
  await expect.poll(() => of('handlers_running', 'connect')).toBe(0);
});

it('counts from the commit to the page, and neither a transaction that began long ago nor a page that was busy', async () => {
  const { database, open, metric } = await start();
  const socket = await open('/mine');
  const writer = await database.connect();
  const seconds = (what: string) => metric(`web_socketio_emit_seconds_${what}{mode="each"}`);
  const insert = (text: string) =>
    writer.query(
      `INSERT INTO web_socketio_message (channel, date, "values") VALUES ('news', '2001-01-01', $1)`,
      [JSON.stringify({ text })],
    );
  /** @returns acknowledges it */
  const nextNews = async (text: string) => {
    const [messages, acknowledge] = await nextEvent(socket, 'news');
    expect(messages).toMatchObject([{ date: '2001-01-01 00:00:00', values: { text } }]);
    return () => {
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
    };
  };
  for (const text of ['one', 'two']) {
    const came = nextNews(text);
    await insert(text);
    (await came)();
    // Over the same connection: when it is answered, the handler waits again.
    await socket.emitWithAck('ask');
  }
  expect(await seconds('count')).toBe(2);
  // An armed subscription reads every three seconds at least, and a busy machine takes its time.
  expect(await seconds('sum')).toBeLessThan(120);
  const third = nextNews('three');
  await insert('three');
  const acknowledge = await third;
  await insert('four');
  await expect.poll(() => metric('web_socketio_read_total')).toBe(4);
  const fourth = nextNews('four');
  acknowledge();
  (await fourth)();
  expect(await seconds('count')).toBe(3);
});

it('says what queues hold, of which this sidecar has some, and counts what goes back', async () => {
  const { database, open, metric } = await start();
  for (let number = 0; number < 3; number += 1) await database.insert('work', { number });
  await database.query(
    `UPDATE web_socketio_message SET dead = now() WHERE id = (SELECT max(id) FROM web_socketio_message)`,
  );
  const work = (what: string) => metric(`web_socketio_queue_${what}{channel="work"}`);
  await open('/mine');
  await expect.poll(() => work('waiting'), { timeout: 60_000 }).toBe(2);
  expect(await work('dead')).toBe(1);
  expect(await work('oldest_seconds')).toBeGreaterThan(0);
  const socket = await open('/mine');
  await socket.emitWithAck('drop');
  await expect.poll(() => metric('web_socketio_requeued_total{reason="failed"}')).toBe(2);
  await socket.emitWithAck('take');
  expect(await metric('web_socketio_acknowledged_total')).toBe(1);
  await expect.poll(() => metric('web_socketio_leases_held')).toBe(0);
});
