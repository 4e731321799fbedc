import { expect, it } from 'vitest';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';

const MODULE = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Mine extends OpenERPNameSpace {
  #secret() { return 'secret'; }
  on_echo(...args) { return args[0]; }
  on_count(...args) { return args.length; }
  on_circle() { const circle = {}; circle.circle = circle; return circle; }
  on_bigint() { return 1n; }
}
SocketIO.addNamespace('/mine', Mine);
LongPollingNameSpace.on('echo', {}, (session, value) => value);
`;
const NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then', 'toJSON'],
  ...[
    'on_echo',
    'on_disconnect',
    'on_connect',
    'on_session_id',
    'session_id',
    '#secret',
    '_secret',
    'secret',
  ],
  ...['recvConnect', 'recvDisconnect', 'recvEvent', 'stopServer', 'getInitialAcl', 'liftAclRestrictions'],
  ...['model', 'emit', 'listen', 'validate', 'secureEmit', 'notify', 'broadcastEvent', 'spawn', 'attribute'],
  ...[
    'session',
    'db',
    'uid',
    'context',
    'isInstalled',
    'messages',
    'error',
    '',
    ' ',
    '.',
    '漢字',
    'x'.repeat(200),
  ],
];

/** The built sidecar: what ends its process fails the test. @returns it with a page, and one that looks on */
async function start(path: string) {
  const sidecar = await ModuleSidecar.serve(MODULE);
  const other = await sidecar.connect('/mine');
  const raw = await RawWebSocket.connect(sidecar.url, path, await sidecar.auth());
  /** Sends an event as text, and waits for its acknowledgement. */
  const ask = async (id: number, json: string): Promise<unknown> => {
    raw.send(`42${path},${id}${json}`);
    const answer = await raw.next((message) => message.startsWith(`43${path},${id}[`));
    return JSON.parse(answer.slice(`43${path},${id}`.length))[0];
  };
  const expectAlive = async () => expect(await other.emitWithAck('echo', 'alive')).toBe('alive');
  return { sidecar, raw, ask, expectAlive };
}

it.each(['/mine', '/longpolling'])(
  'no event finds anything in %s but a handler of its name',
  async (path) => {
    const { ask, expectAlive } = await start(path);
    for (const [id, name] of [...NAMES, 5, -1.5].entries()) {
      const answer = await ask(id, JSON.stringify([name]));
      expect([name, answer]).toEqual([name, expect.objectContaining({ ok: false, code: 'no_such_method' })]);
    }
    expect(await ask(100, '["echo",1]')).toBe(1);
    await expectAlive();
  },
);

it('arguments of any shape arrive as they are', async () => {
  const { ask } = await start('/mine');
  const shapes = [
    ...[null, true, 0, -0.5, 1e300, '', '\u0000\ud83d', [], {}, [[]], [{}, null, [1, 'a']]],
    ...[{ '': 1 }, { length: -1 }, { toJSON: 'x' }, { _placeholder: true, num: 0 }],
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  ];
  for (const [id, shape] of shapes.entries()) {
    expect(JSON.stringify(await ask(id, `["echo",${JSON.stringify(shape)}]`))).toBe(JSON.stringify(shape));
  }
  expect(await ask(100, '["count"]')).toBe(0);
  expect(await ask(101, `["echo","${'x'.repeat(999_000)}"]`)).toHaveLength(999_000);
});

it('nesting without measure is answered, and harms nobody', async () => {
  const { sidecar, raw, ask, expectAlive } = await start('/mine');
  const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
  for (const [id, levels] of [100, 10_000, 400_000].entries()) {
    expect(await ask(id, `["count",${deep('[', ']', levels)}]`)).toBe(1);
    await ask(10 + id, `["echo",${deep('[', ']', levels)}]`);
    await ask(20 + id, `["echo",${deep('{"a":', '}', Math.min(levels, 100_000)).replace(':}', ':1}')}]`);
  }
  await expect.poll(() => sidecar.log).toContain('Maximum call stack size exceeded');
  raw.send(`451-/mine,99["echo",${deep('[', ']', 400_000)}]`);
  raw.send(Buffer.from('x'));
  await expectAlive();
});

it('what JSON has no place for is the failure of its handler, and answered', async () => {
  const { sidecar, ask } = await start('/mine');
  for (const [id, event] of ['circle', 'bigint'].entries())
    expect(await ask(id, `["${event}"]`)).toMatchObject({ ok: false, code: 'handler_failed' });
  await expect
    .poll(() => sidecar.log)
    .toContain("event 'bigint' of addon 'base', user 2: handler_failed: Do not know how to");
});

it('half a million arguments are refused, or, in an acknowledgement, not looked at', async () => {
  const { raw, ask, expectAlive } = await start('/mine');
  const many = '0,'.repeat(450_000);
  expect(await ask(1, `["count",${many}0]`)).toMatchObject({ ok: false, code: 'event_invalid' });
  raw.send(`43/mine,0[${many}0]`);
  expect(await ask(2, '["echo",1]')).toBe(1);
  await expectAlive();
});

it.each([
  ['announces attachments without end', ['45100000-/mine,["echo"]']],
  ['announces a number that is none', [`45${'9'.repeat(400)}-/mine,["echo"]`]],
  ['sends attachments larger than a message may be', ['459-/mine,["echo"]', 600_000, 600_000]],
  ['sends text where attachments were announced', ['452-/mine,["echo"]', '42/mine,["echo"]']],
  ['sends attachments that nobody announced', [10]],
  ['points to an attachment that is not there', ['451-/mine,["echo",{"_placeholder":true,"num":7}]', 1]],
  ['connects a namespace twice', ['40/mine,{}']],
  ['uses a name that is reserved', ['42/mine,["disconnect"]']],
  ['sends a packet of no type', ['4zzz']],
  ['sends a heartbeat in the wrong direction', ['2']],
] as const)('a page that %s is closed, and nobody else', async (_what, packets) => {
  const { raw, expectAlive } = await start('/mine');
  for (const packet of packets) raw.send(typeof packet === 'number' ? Buffer.alloc(packet) : packet);
  await raw.closed;
  await expectAlive();
});

it('attachments that never come cost one message, for as long as the connection lives', async () => {
  const { sidecar, ask } = await start('/mine');
  const before = await sidecar.memory();
  const auth = await sidecar.auth();
  for (let n = 0; n < 50; n += 1) {
    const raw = await RawWebSocket.connect(sidecar.url, '/mine', auth);
    raw.send('4510-/mine,["echo"]');
    raw.send(Buffer.alloc(900_000));
    raw.tcp.end();
    await raw.closed;
  }
  expect(await ask(1, '["echo",1]')).toBe(1);
  expect((await sidecar.memory()) - before).toBeLessThan(120);
});
