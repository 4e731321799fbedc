import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Queue extends AbstractAdapter { static channel = 'queue'; }
const leaving = new Map();
class Mine extends OpenERPNameSpace {
  on_hold() {
    this.spawn('hold', 'web_socketio_demo', async () => {
      this.emit('holds', await this.listen(Queue));
      await this.listen(Queue);
    });
  }
  on_release(uid) { leaving.get(uid)(); }
  async recvDisconnect() {
    if (this.uid < 5) return;
    await this.broadcastEvent('leaves', this.uid);
    await new Promise((resolve) => leaving.set(this.uid, resolve));
    await this.notify('left', { uid: this.uid });
  }
  async stopServer() {
    if (this.uid === 4) await new Promise(() => undefined);
    if (this.uid === 3) throw new Error('no time');
    this.emit('server stops');
    await this.notify('stopped', { uid: this.uid });
    leaving.get(6)();
  }
}
SocketIO.addNamespace('/mine', Mine);
`;

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
  const connect = async (uid: number) =>
    sidecar.connect('/mine', database.name, await database.addToken({ uid }));
  const leased = () =>
    database.query<{ leased: boolean }>(
      `SELECT lease IS NOT NULL AS leased FROM web_socketio_message WHERE channel = 'queue'`,
    );
  return { database, sidecar, connect, leased };
}

/** A socket of user 5 that holds a message has gone, and its disconnect handler runs. */
async function leave({ database, connect, leased }: Awaited<ReturnType<typeof start>>) {
  const [socket, other] = [await connect(5), await connect(2)];
  const holds = nextEvent(socket, 'holds');
  await database.insert('queue', { text: 'one' });
  socket.emit('hold');
  await holds;
  const leaves = nextEvent(other, 'leaves');
  socket.disconnect();
  expect(await leaves).toEqual([5]);
  const taken = nextEvent(other, 'holds');
  other.emit('hold');
  expect(await leased()).toEqual([{ leased: true }]);
  return { other, taken };
}

it('gives back what a socket held when its disconnect handler has ended, and not before', async () => {
  const started = await start();
  const { database } = started;
  const { other, taken } = await leave(started);
  other.emit('release', 5);
  expect(await taken).toEqual([[{ text: 'one' }]]);
  // The handler's last act was a message; it was there before the other socket was given anything.
  const rows = await database.query(`SELECT "values" FROM web_socketio_message WHERE channel = 'left'`);
  expect(rows).toEqual([{ values: { uid: 5 } }]);
  // A page that goes is no failure of what it was given: a poor network would make a dead letter of it.
  expect(await database.query(`SELECT attempts FROM web_socketio_message WHERE channel = 'queue'`)).toEqual([
    { attempts: 0 },
  ]);
});

it('gives it back after ten seconds if the disconnect handler does not end, and says which', async () => {
  const started = await start();
  const { taken } = await leave(started);
  expect(await taken).toEqual([[{ text: 'one' }]]);
  expect(started.sidecar.log).toContain(
    "/mine event 'disconnect' of addon 'web_socketio_demo', user 5: disconnect_slow: The handler still runs 10 s after the socket has gone",
  );
});

it('runs stopServer before it sends a page away, and waits for disconnect handlers before it stops', async () => {
  const { database, sidecar, connect } = await start();
  const [socket, throws, hangs, leaves] = [
    await connect(2),
    await connect(3),
    await connect(4),
    await connect(6),
  ];
  const heard: string[] = [];
  socket.onAny((event: string) => heard.push(event));
  const left = nextEvent(socket, 'leaves');
  leaves.disconnect();
  await left;
  const [stopsNow, ends] = [
    nextEvent(socket, 'server stops'),
    [throws, hangs].map((one) => nextEvent(one, 'web_socketio.end')),
  ];
  const stopped = sidecar.sidecar.stop();
  await stopsNow;
  await Promise.all(ends);
  await stopped;
  expect(heard).toEqual(['leaves', 'server stops', 'web_socketio.end']);
  expect(sidecar.log).toContain(
    "event 'stopServer' of addon 'web_socketio_demo', user 3: handler_failed: no time",
  );
  const rows = await database.query(`SELECT channel, "values" FROM web_socketio_message ORDER BY id`);
  expect(rows).toContainEqual({ channel: 'stopped', values: { uid: 2 } });
  expect(rows).toContainEqual({ channel: 'left', values: { uid: 6 } });
});
