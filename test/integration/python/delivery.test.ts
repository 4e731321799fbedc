import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { NEVER, type Run, ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const adapter = (name: string, channel: string, more: object = {}) => ({
  ...{ name, addon: 'base', channel, mode: 'queue', key: null, chooses: false },
  ...more,
});
const DECLARES = {
  adapters: [
    adapter('Work', 'work'),
    adapter('News', 'news', { mode: 'each' }),
    adapter('Mine', 'mine', { mode: 'each', key: 'to_id' }),
    adapter('Chosen', 'chosen', { mode: 'each', chooses: true }),
    adapter('Picked', 'picked', { chooses: true }),
  ],
  namespaces: [
    { path: '/chat', addon: 'base', name: 'Chat', events: ['work', 'news'], acl: [], hooks: [] as string[] },
  ],
};

async function start() {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, {});
  const worker = await ScriptedWorker.link(sidecar.url, database, DECLARES);
  const connect = async (uid = 2) =>
    await sidecar.connect('/chat', database.name, await database.addToken({ uid }));
  const left = () =>
    database.query(`SELECT "values" ->> 'text' AS text, attempts FROM web_socketio_message ORDER BY id`);
  return { database, sidecar, worker, connect, left };
}

const text = (message: unknown): unknown =>
  Reflect.get(Object(Reflect.get(Object(message), 'values')), 'text');

it('gives a message of a queue whole to one run, and confirms it when that says so', async () => {
  const { database, worker, connect, left } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    const [message] = await worker.listen(id, 'base.Work');
    return [message, await worker.ask('validate', id, 'base.Work', true)];
  };
  const socket = await connect();
  const answer = socket.emitWithAck('work');
  await database.insert('work', { text: 'one' });
  expect(await answer).toEqual([
    {
      ...{ id: expect.any(String), channel: 'work', uid: null, date: expect.any(String) },
      values: { text: 'one' },
    },
    true,
  ]);
  expect(await left()).toEqual([]);
});

it('sends what was taken to the browser, and confirms it when that has handled it', async () => {
  const { database, worker, connect, left } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    const messages = await worker.listen(id, 'base.Work');
    return await worker.ask('secure_emit', id, 'base.Work', 'job', [messages.map(text)]);
  };
  const socket = await connect();
  socket.on('job', (_messages: unknown, acknowledge: (answer: object) => void) => acknowledge({ ok: true }));
  const job = nextEvent(socket, 'job');
  const answer = socket.emitWithAck('work');
  await database.insert('work', { text: 'one' });
  expect((await job)[0]).toEqual(['one']);
  expect(await answer).toBe(true);
  expect(await left()).toEqual([]);
});

it('offers again what a handler held that threw, as one more failed attempt', async () => {
  const { database, worker, connect, left } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    await worker.listen(id, 'base.Work');
    throw new Error('a bug');
  };
  const socket = await connect();
  const answer = socket.emitWithAck('work');
  await database.insert('work', { text: 'one' });
  expect(await answer).toMatchObject({ ok: false, code: 'handler_failed' });
  await expect.poll(left).toEqual([{ text: 'one', attempts: 1 }]);
});

it('gives a copy to every run in mode each, in one line, and by its key only to whom it is for', async () => {
  const { database, worker, connect } = await start();
  const got: unknown[] = [];
  const listen = async ({ id, socket }: Run) => {
    worker.listen(id, 'base.Mine', [socket]).then((messages) => got.push([socket, messages.map(text)]));
    for (const message of await worker.listen(id, 'base.News')) got.push([socket, text(message)]);
    return NEVER;
  };
  worker.handlers['event news'] = listen;
  const [one, other] = [await connect(), await connect()];
  one.emit('news');
  other.emit('news');
  await expect.poll(() => worker.named('run').length).toBe(2);
  await database.insert('mine', { to_id: 2, text: 'for the second' });
  await expect.poll(() => got).toEqual([[2, ['for the second']]]);
  const lines = worker.named('messages').length;
  await database.insert('news', { text: 'all' });
  await expect
    .poll(() => got.slice(1).sort())
    .toEqual([
      [1, 'all'],
      [2, 'all'],
    ]);
  expect(worker.named('messages')).toHaveLength(lines + 1);
});

it('asks an adapter with a get of its own once for all listeners, and gives each what it chose', async () => {
  const { database, worker, connect } = await start();
  const asks: unknown[] = [];
  worker.choose = (ask, name, groups) => {
    asks.push([name, groups.map(([ids, requests]) => [ids.length, requests.length])]);
    const [ids = [], requests = []] = groups[0] ?? [];
    // The second of three takes what there is.
    worker.send(['selected', ask, { [requests[1] ?? 0]: ids }, {}]);
  };
  const got: unknown[] = [];
  worker.handlers['event news'] = async ({ id, socket }) => {
    const messages = await worker.listen(id, 'base.Chosen');
    got.push([socket, messages.map(text)]);
    return null;
  };
  // One after the other: which of them is the second has to be known.
  for (const runs of [1, 2, 3]) {
    (await connect()).emit('news');
    await expect.poll(() => worker.named('run').length).toBe(runs);
  }
  await database.insert('chosen', { text: 'one' });
  await expect.poll(() => got).toEqual([[2, ['one']]]);
  expect(asks).toEqual([['base.Chosen', [[1, 3]]]]);
});

it('ends the listen whose get failed, counts an attempt, and harms no other', async () => {
  const { database, sidecar, worker, connect, left } = await start();
  worker.choose = (ask, _name, groups) => {
    const requests = groups.flatMap(([, all]) => all);
    const failed = { name: 'KeyError', message: "'to'" };
    worker.send(['selected', ask, {}, Object.fromEntries(requests.map((one) => [one, failed]))]);
  };
  worker.handlers['event work'] = async ({ id }) => await worker.listen(id, 'base.Picked');
  const socket = await connect();
  const answer = socket.emitWithAck('work');
  await database.insert('picked', { text: 'one' });
  expect(await answer).toMatchObject({ ok: false, code: 'handler_failed' });
  await expect.poll(left).toEqual([{ text: 'one', attempts: 1 }]);
  expect(sidecar.log).toContain("KeyError: 'to'");
});

it('refuses what a get chose that it was not given', async () => {
  const { database, sidecar, worker, connect } = await start();
  worker.choose = (ask, _name, groups) => {
    const requests = groups.flatMap(([, all]) => all);
    worker.send(['selected', ask, Object.fromEntries(requests.map((one) => [one, ['9999']])), {}]);
  };
  worker.handlers['event work'] = async ({ id }) => await worker.listen(id, 'base.Picked');
  const socket = await connect();
  const answer = socket.emitWithAck('work');
  await database.insert('picked', { text: 'one' });
  expect(await answer).toMatchObject({ ok: false });
  await expect.poll(() => sidecar.log).toContain('base.Picked.get chose ["9999"], which it was not given');
});

it('brings what a handler watches, and no more when that is unwatched', async () => {
  const { database, worker, connect } = await start();
  const got: unknown[] = [];
  worker.handlers['event news'] = async ({ id }) => {
    worker.send(['watch', id, 'base.Mine', [7, 8]]);
    for (let turn = 0; turn < 2; turn += 1) {
      const ids = (await worker.ask('watched', id, 'base.Mine')) as string[];
      got.push(ids.map((one) => text(worker.messages.get(one))));
      worker.send(['unwatch', id, 'base.Mine', [8]]);
    }
    return null;
  };
  const socket = await connect();
  const done = socket.emitWithAck('news');
  await expect.poll(() => worker.named('run').length).toBe(1);
  await database.insert('mine', { to_id: 8, text: 'eight' });
  await expect.poll(() => got).toEqual([['eight']]);
  await database.insert('mine', { to_id: 8, text: 'eight again' });
  await database.insert('mine', { to_id: 7, text: 'seven' });
  await done;
  expect(got).toEqual([['eight'], ['seven']]);
});

it('tells a handler at its next request what was wrong with what it watches', async () => {
  const { worker, connect } = await start();
  worker.handlers['event news'] = async ({ id }) => {
    worker.send(['watch', id, 'base.News', [7]]);
    return await worker.ask('watched', id, 'base.Mine');
  };
  const socket = await connect();
  expect(await socket.emitWithAck('news')).toMatchObject({ ok: false, code: 'watch_invalid' });
});

it('ends a run when its page goes, and puts back what it held', async () => {
  const { database, worker, connect, left } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    await worker.listen(id, 'base.Work');
    return NEVER;
  };
  const socket = await connect();
  socket.emit('work');
  await database.insert('work', { text: 'one' });
  await expect.poll(() => worker.messages.size).toBe(1);
  socket.disconnect();
  await expect.poll(() => worker.named('end')).toEqual([['end', 1]]);
  await expect.poll(() => worker.named('close')).toEqual([['close', 1]]);
  await expect
    .poll(() => database.query('SELECT attempts FROM web_socketio_message WHERE lease IS NULL'))
    .toEqual([{ attempts: 0 }]);
  expect(await left()).toHaveLength(1);
});

it('makes a run of its own of what a handler spawns', async () => {
  const { database, worker, connect, left } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    worker.send(['start', -1, id, 'in the background']);
    return 'begun';
  };
  const socket = await connect();
  expect(await socket.emitWithAck('work')).toBe('begun');
  const listening = worker.listen(-1, 'base.Work');
  await database.insert('work', { text: 'one' });
  expect((await listening).map(text)).toEqual(['one']);
  expect(await worker.ask('validate', -1, 'base.Work', true)).toBe(true);
  expect(await left()).toEqual([]);
  worker.send(['return', -1, null]);
  await expect(worker.listen(-1, 'base.Work')).rejects.toMatchObject({ code: 'run_missing' });
});

it('waits no longer for a greenlet that gave up, and what comes then is for the next one', async () => {
  const { database, worker, connect } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    worker.send(['listen', 1_000, id, 'base.Work', [], false]);
    worker.send(['unlisten', 1_000]);
    worker.send(['emit', 1, 'gave up', []]);
    return NEVER;
  };
  const socket = await connect();
  const gaveUp = nextEvent(socket, 'gave up');
  socket.emit('work');
  await gaveUp;
  await database.insert('work', { text: 'one' });
  expect((await worker.listen(1, 'base.Work')).map(text)).toEqual(['one']);
  expect(worker.named('answer').map(([, request]) => request)).not.toContain(1_000);
});

it('offers again, as no failure, what a greenlet was given that had given up a moment before', async () => {
  const { database, worker, connect, left } = await start();
  worker.handlers['event work'] = async ({ id }) => {
    worker.send(['listen', 1_000, id, 'base.Work', [], false]);
    return NEVER;
  };
  const [socket, other] = [await connect(), await connect()];
  socket.emit('work');
  await database.insert('work', { text: 'one' });
  await expect.poll(() => worker.messages.size).toBe(1);
  worker.send(['unlisten', 1_000]);
  await expect
    .poll(() => database.query('SELECT attempts FROM web_socketio_message WHERE lease IS NULL'))
    .toEqual([{ attempts: 0 }]);
  worker.handlers['event work'] = async ({ id }) => [
    ...(await worker.listen(id, 'base.Work')).map(text),
    await worker.ask('validate', id, 'base.Work', true),
  ];
  expect(await other.emitWithAck('work')).toEqual(['one', true]);
  expect(await left()).toEqual([]);
});
