import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import {
  type Frame,
  NEVER,
  ScriptedWorker,
  type WorkerOptions,
} from '../../support/python-worker/scripted-worker.ts';
import { type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const adapter = (more: object = {}) => ({
  ...{ name: 'Work', addon: 'base', channel: 'work', mode: 'queue', key: null, chooses: false },
  ...more,
});
const CHAT = { path: '/chat', addon: 'base', name: 'Chat', events: ['say'], acl: [], hooks: [] };
const TAKEN = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
SocketIO.addAdapter(Each);
SocketIO.addNamespace('/taken', class extends OpenERPNameSpace { on_ping() { return 'pong'; } });
`;

async function start(modules: Record<string, string> = {}, settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules, settings);
  // From then on what is refused is refused for its own sake.
  (await ScriptedWorker.link(sidecar.url, database)).kill();
  const refusal = async (options: WorkerOptions): Promise<Frame | undefined> => {
    const worker = await ScriptedWorker.open(sidecar.url, database, options);
    await expect.poll(() => worker.closed).toBe(true);
    expect(worker.named('welcome')).toEqual([]);
    return worker.named('refused')[0];
  };
  const connect = async (path: string) =>
    await sidecar.connect(path, database.name, await database.addToken());
  return { database, sidecar, refusal, connect };
}

const refused = (code: string, text: string, retry = false) => [
  'refused',
  { code, message: expect.stringContaining(text), retry },
];

it('refuses whoever cannot prove to be a worker of that database, and shows no proof to anybody', async () => {
  const { database, sidecar, refusal } = await start();
  const wrong = 'ab'.repeat(32);
  expect(await refusal({ hello: { proof: wrong } })).toEqual(
    refused('link_proof', `The database '${database.name}' knows no worker with that proof`, true),
  );
  const old = await ScriptedWorker.prove(database, {}, 31);
  expect(await refusal({ hello: { proof: old } })).toEqual(
    refused('link_proof', 'not heard of it for 30 s', true),
  );
  expect(await refusal({ hello: { proof: `${wrong}'; --` } })).toEqual(
    refused('link_protocol', 'not 64 hexadecimal digits'),
  );
  for (const proof of [wrong, old]) expect(sidecar.log).not.toContain(proof);
});

it('refuses a database that it does not serve, and versions that do not fit, saying which side is older', async () => {
  const { refusal } = await start();
  expect(await refusal({ hello: { db: 'elsewhere' } })).toEqual(refused('link_database', 'no "elsewhere"'));
  expect(await refusal({ hello: { version: 2 } })).toEqual(refused('link_version', 'The sidecar is older'));
  expect(await refusal({ hello: { version: 0 } })).toEqual(refused('link_version', 'The worker is older'));
  expect(await refusal({ hello: { version: 'one' } })).toEqual(
    refused('link_version', 'speaks version "one"'),
  );
});

it.each([
  ['a namespace without a path', { namespaces: [{ addon: 'base' }] }, 'no \'path\': {"addon":"base"}'],
  ['a mode that there is not', { adapters: [adapter({ mode: 'all' })] }, "neither 'each' nor 'queue'"],
  [
    'events that are no texts',
    { namespaces: [{ ...CHAT, events: [7] }] },
    "'events' with something that is no text",
  ],
  [
    'an eventtype that there is not',
    { handlers: [{ index: 0, event: 'e', addon: 'a', eventtype: 'x', name: 'n' }] },
    'an eventtype that is none of',
  ],
  [
    'handlers that are no list',
    { handlers: { 0: 'one' } as unknown as object[] },
    "'handlers' that is no list",
  ],
])('leaves a declaration with %s aside, quoting it, and takes the others', async (_, declares, text) => {
  const { database, sidecar, connect } = await start();
  const given: WorkerOptions = declares;
  const all = { ...given, namespaces: [...(given.namespaces ?? []), CHAT] };
  const worker = await ScriptedWorker.link(sidecar.url, database, all);
  await expect
    .poll(() => worker.named('rejected'))
    .toEqual([['rejected', { code: 'link_declaration', message: expect.stringContaining(text) }]]);
  expect(sidecar.log).toContain(text);
  worker.handlers['event say'] = () => 'said';
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('said');
});

it('takes no request of a browser, nor one that asks for something else', async () => {
  const { sidecar } = await start();
  const strangers = [{ Origin: sidecar.url }, { Upgrade: 'websocket' }, { Upgrade: 'h2c' }];
  for (const headers of strangers) {
    const worker = await ScriptedWorker.dial(sidecar.url, headers);
    await expect.poll(() => worker.closed).toBe(true);
    expect(worker.answer).toMatch(/^HTTP\/1.1 404 /);
  }
});

it.each([
  ['no JSON', 'this is no JSON\n', 'is no JSON: "this is no JSON"'],
  ['no list', '{"type": "return"}\n', 'is no array of frames'],
  ['a frame without a name', '[["pong", 1], [7]]\n', 'has a frame without a name'],
  [
    'a field of another kind',
    '[["return", "seven", null]]\n',
    "has a 'return' that is not ['return', number, any]",
  ],
  ['a second hello', '[["hello", {"proof": "secret"}]]\n', 'hello a second time'],
])('closes a link on which %s comes, quoting it, and takes the worker again', async (_, line, text) => {
  const { database, sidecar, connect } = await start();
  const worker = await ScriptedWorker.link(sidecar.url, database, { namespaces: [CHAT] });
  worker.write(line);
  await expect.poll(() => worker.closed).toBe(true);
  await expect.poll(() => sidecar.log).toContain(text);
  expect(sidecar.log).not.toContain('"secret"');
  const next = await ScriptedWorker.link(sidecar.url, database, { namespaces: [CHAT] });
  next.handlers['event say'] = () => 'said';
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('said');
});

it('takes lines in whatever pieces, ignores what is unknown or of what has gone, and wastes no word on it', async () => {
  const { database, sidecar, connect } = await start();
  const worker = await ScriptedWorker.link(sidecar.url, database, { namespaces: [CHAT] });
  worker.handlers['event say'] = ({ id }) => {
    const line = Buffer.from(
      `[["later", 1, {}], ["return", 99, 1], ["emit", 99, "e", []], ["lift", 99], ["selected", 9, {}, {}], ["unlisten", 9], ["return", ${id}, "größer"]]\n`,
    );
    for (const byte of line) worker.write(Buffer.of(byte));
    return NEVER;
  };
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('größer');
  await expect(worker.ask('notify', 99, 'news', {})).rejects.toMatchObject({ code: 'run_missing' });
  await expect(worker.ask('validate', 1, 'base.None', true)).rejects.toMatchObject({ code: 'run_missing' });
});

it('refuses a worker whose adapters differ from those of another one, until that has gone', async () => {
  const { database, sidecar, refusal } = await start();
  const first = await ScriptedWorker.link(sidecar.url, database, { adapters: [adapter()] });
  const other = { adapters: [adapter({ channel: 'elsewhere' })] };
  expect(await refusal(other)).toEqual(
    refused('link_conflict', "the adapter 'base.Work' with channel 'work', mode 'queue', no key", true),
  );
  first.kill();
  await ScriptedWorker.link(sidecar.url, database, other);
  expect(await refusal({ adapters: [adapter({ chooses: true })] })).toEqual(
    refused('link_conflict', 'a get of its own', true),
  );
});

it('refuses singly what server modules have, and takes the rest', async () => {
  const { database, sidecar, connect } = await start({ base: TAKEN });
  const namespaces = [{ ...CHAT, path: '/taken' }, { ...CHAT, path: 'slashless' }, CHAT];
  const adapters = [
    adapter({ channel: 'each' }),
    adapter({ name: 'Other', channel: 'web_socketio.control' }),
  ];
  const worker = await ScriptedWorker.link(sidecar.url, database, { namespaces, adapters });
  await expect.poll(() => worker.named('rejected').length).toBe(4);
  const codes = worker.named('rejected').map(([, refusal]) => Reflect.get(Object(refusal), 'code'));
  expect(codes).toEqual([
    'channel_reserved',
    'namespace_taken',
    'namespace_invalid',
    'channel_mode_conflict',
  ]);
  for (const code of codes) expect(sidecar.log).toContain(`${code}: `);
  worker.handlers['event say'] = () => 'said';
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('said');
  expect(await (await connect('/taken')).emitWithAck('ping')).toBe('pong');
});

it('declares more later; what is wrong in that is refused, and the link stays', async () => {
  const { database, sidecar, connect } = await start();
  const worker = await ScriptedWorker.link(sidecar.url, database, { adapters: [adapter()] });
  const other = await ScriptedWorker.link(sidecar.url, database, { adapters: [adapter()] });
  worker.send(['declare', { adapters: [adapter({ channel: 'other' }), { name: 7 }], namespaces: [CHAT] }]);
  await expect
    .poll(() => worker.named('rejected').map(([, refusal]) => Reflect.get(Object(refusal), 'code')))
    .toEqual(['link_declaration', 'link_conflict']);
  worker.handlers['event say'] = () => 'said';
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('said');
  expect([worker.closed, other.closed]).toEqual([false, false]);
});

it('lets nothing through to a worker that is nested so deep that its JSON would end it', async () => {
  const { database, sidecar, connect } = await start();
  const declares = { namespaces: [CHAT], adapters: [adapter({ chooses: true }), adapter({ name: 'All' })] };
  const worker = await ScriptedWorker.link(sidecar.url, database, declares);
  const adapters = ['base.Work', 'base.All'];
  worker.handlers['event say'] = async ({ id }) => await worker.listen(id, adapters.pop() ?? '');
  const socket = await connect('/chat');
  const deep = JSON.parse(`${'['.repeat(101)}${']'.repeat(101)}`);
  expect(await socket.emitWithAck('say', deep)).toMatchObject({ ok: false, code: 'event_invalid' });
  await database.insert('work', { text: deep });
  expect(await socket.emitWithAck('say')).toMatchObject({ ok: false, code: 'link_message_too_large' });
  expect(await socket.emitWithAck('say')).toMatchObject({ ok: false, code: 'link_message_too_large' });
  await expect
    .poll(() => database.query('SELECT attempts FROM web_socketio_message WHERE lease IS NULL'))
    .toEqual([{ attempts: 2 }]);
  expect(worker.named('messages')).toEqual([]);
});

it('counts a message that no line can hold as failed, and goes on with the next', async () => {
  const { database, sidecar, connect } = await start();
  const declares = { namespaces: [CHAT], adapters: [adapter()] };
  const worker = await ScriptedWorker.link(sidecar.url, database, declares);
  worker.handlers['event say'] = async ({ id }) => await worker.listen(id, 'base.Work');
  const socket = await connect('/chat');
  const answer = socket.emitWithAck('say');
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values") SELECT 'work', json_build_object('text', repeat('x', $1))`,
    [17 * 1024 * 1024],
  );
  expect(await answer).toMatchObject({ ok: false, code: 'link_message_too_large' });
  await expect
    .poll(() => database.query('SELECT attempts FROM web_socketio_message WHERE lease IS NULL'))
    .toEqual([{ attempts: 1 }]);
  expect(worker.closed).toBe(false);
});

it('closes the link of a worker that does not read, and leaves the others alone', async () => {
  const many = 100_000;
  const limits = { eventsPerSecond: many, handlers: many, packetsPerSecond: many };
  const { database, sidecar, connect } = await start({}, { limits });
  const declares = { namespaces: [CHAT] };
  const slow = await ScriptedWorker.link(sidecar.url, database, declares);
  const socket = await connect('/chat');
  slow.handlers['event say'] = () => 'slow';
  expect(await socket.emitWithAck('say')).toBe('slow');
  slow.pause();
  const text = 'x'.repeat(500_000);
  const flood = setInterval(() => socket.emit('say', text), 1);
  await expect.poll(() => sidecar.log).toContain('link_slow');
  clearInterval(flood);
  const next = await ScriptedWorker.link(sidecar.url, database, declares);
  next.handlers['event say'] = () => 'quick';
  expect(await (await connect('/chat')).emitWithAck('say')).toBe('quick');
});

it('says in readiness and metrics how many workers are there', async () => {
  const { database, sidecar } = await start();
  const ready = async () => await (await fetch(`${sidecar.url}/readyz`)).json();
  const metrics = async () => await (await fetch(`${sidecar.url}/metrics`)).text();
  expect(await ready()).not.toHaveProperty('workers');
  const worker = await ScriptedWorker.link(sidecar.url, database);
  expect(await ready()).toMatchObject({ workers: { [database.name]: 1 } });
  expect(await metrics()).toContain(`web_socketio_workers{db="${database.name}"} 1`);
  expect(await metrics()).toContain(`web_socketio_worker_runs{db="${database.name}"} 0`);
  worker.kill();
  await expect.poll(ready).not.toHaveProperty('workers');
  expect(await metrics()).toMatch(/web_socketio_worker_gone_total\{db="\w+"\} [12]\n/);
});
