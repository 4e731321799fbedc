import { access, appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { serverOwner } from '../../../sidecar/playground/processes/ordinary-user.ts';
import { readState, Seat } from '../../support/browser/seat.ts';
import { openEventStream, type StreamEvent } from '../../support/network/event-stream.ts';
import { OdooSession } from '../../support/odoo/odoo-session.ts';
import { makeClone } from '../../support/process/clone.ts';
import { PlaygroundProcess } from '../../support/process/playground-process.ts';
import { processesOf } from '../../support/process/process-list.ts';

const NOTIFICATION = 'web_socketio_demo.notification';

async function post(url: string, path: string, body: object): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(new URL(path, url), request)).status;
}

const dataOf = (events: readonly StreamEvent[], name: string) =>
  events.filter(({ event }) => event === name).map(({ data }) => data);

it('starts from one command; a notification of one user arrives at the other one, and Ctrl-C leaves nothing', async () => {
  const clone = await makeClone();
  const playground = new PlaygroundProcess(clone);
  const url = await playground.url();
  expect(playground.log).toContain('Log in as    anna with the password anna, or ben with the password ben');
  expect(playground.log).toMatch(/Ready in \d+\.\d s/);
  const foreign = { headers: { Origin: 'http://shop.example' } };
  expect((await fetch(new URL('/playground/state', url), foreign)).status).toBe(403);
  const events = await openEventStream(new URL('/playground/events', url));
  const headers = { 'Content-Type': 'application/json' };
  const params = { db: 'playground', login: 'anna', password: 'anna' };
  const request = { method: 'POST', headers, body: JSON.stringify({ params }) };
  const logIn = await fetch(new URL('/left/web/session/authenticate', url), request);
  expect(logIn.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^session_id=[\w-]{84}; Path=\/left; Max-Age=604800; HttpOnly; SameSite=Lax$/),
  ]);
  const [anna, ben] = [await Seat.take(url, '/left'), await Seat.take(url, '/right')];
  const arrived = ben.next(NOTIFICATION);
  await expect.poll(() => ben.socket.connected).toBe(true);
  await anna.notify(6, 'Tea');
  expect(await arrived).toMatchObject([{ subject: 'Tea', kind: 'info', to_id: 6 }]);
  await expect
    .poll(() => dataOf(events, 'message'))
    .toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        channel: 'web_socketio_demo',
        uid: 5,
        date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        values: { to_id: 6, subject: 'Tea', text: 'It is ready', kind: 'info', sticky: false },
        state: 'waiting',
      },
    ]);
  expect(await processesOf(clone)).not.toEqual([]);
  // As a terminal does: npm, its shell and the playground get it.
  playground.signal('SIGINT');
  await playground.ended;
  expect(await processesOf(clone)).toEqual([]);
  await expect(access(join(clone, '.playground/lock'))).rejects.toThrow('ENOENT');
  expect(playground.lines.at(-1)).toMatch(/^Ready in/);
});

it('starts again on the same data when all of it was killed, and knows what it showed before', async () => {
  const clone = await makeClone();
  const first = new PlaygroundProcess(clone);
  const url = await first.url();
  const anna = await Seat.take(url, '/left');
  const { session } = anna;
  await session.call('res.users', 'write', [[5], { name: 'Anna Maria' }]);
  await anna.notify(6, 'Before');
  first.signal('SIGKILL');
  await first.ended;
  await expect.poll(() => processesOf(clone)).toEqual([]);
  const second = new PlaygroundProcess(clone);
  const again = await second.url();
  expect((await readState(again)).users[0]).toMatchObject({ uid: 5, name: 'Anna Maria' });
  const events = await openEventStream(new URL('/playground/events', again));
  await expect
    .poll(() => dataOf(events, 'message'))
    .toMatchObject([{ values: { subject: 'Before' }, state: 'waiting' }]);
  const returned = new OdooSession(again, '/left');
  returned.sessionId = session.sessionId;
  expect(await returned.token()).toMatchObject({ uid: 5 });
});

it('refuses to start twice, with one line that says where it runs', async () => {
  const clone = await makeClone();
  const url = await new PlaygroundProcess(clone).url();
  const second = new PlaygroundProcess(clone);
  expect(await second.ended).toEqual([2, null]);
  const { pid } = JSON.parse(await readFile(join(clone, '.playground/lock'), 'utf8'));
  expect(second.lines).toEqual([
    `The playground runs already at ${url}, as process ${pid}. Use that one, or end it first: kill ${pid}`,
  ]);
  expect((await readState(url)).sidecar.state).toBe('running');
});

it('stops, kills and starts the sidecar, and shows what becomes of a message meanwhile', async () => {
  const clone = await makeClone();
  const playground = new PlaygroundProcess(clone);
  const url = await playground.url();
  const events = await openEventStream(new URL('/playground/events', url));
  const states = () =>
    dataOf(events, 'sidecar').map((data) => z.object({ state: z.string() }).parse(data).state);
  await expect.poll(states).toEqual(['running']);
  const anna = await Seat.take(url, '/left');
  for (const action of ['stop', 'kill']) {
    await expect.poll(() => anna.socket.connected).toBe(true);
    const before = states().length;
    expect(await post(url, '/playground/sidecar', { action })).toBe(204);
    await expect.poll(states).toHaveLength(before + 1);
    const arrived = anna.next(NOTIFICATION);
    const values = { to_id: 5, subject: action, text: 'Nobody was there', kind: 'info', sticky: false };
    expect(await post(url, '/playground/message', { channel: 'web_socketio_demo', values })).toBe(204);
    expect(await post(url, '/playground/sidecar', { action: 'start' })).toBe(204);
    await expect.poll(() => states().slice(before)).toEqual(['stopped', 'starting', 'running']);
    expect(await arrived).toMatchObject([values]);
  }
  expect(dataOf(events, 'log').join('\n')).toContain('Connected to PostgreSQL');
  // Who comes back hears of nothing twice.
  const known = events.length - 1;
  const rest = await openEventStream(new URL('/playground/events', url), events[known - 1]?.id);
  await expect.poll(() => rest[0]).toEqual(events[known]);
  expect(playground.lines.at(-1)).toMatch(/^Ready in/);
});

it('shows that a task was taken, put back and confirmed', async () => {
  const clone = await makeClone();
  await mkdir(join(clone, 'addon/mine/socketio'), { recursive: true });
  await writeFile(join(clone, 'addon/mine/__manifest__.py'), '{}');
  await writeFile(
    join(clone, 'addon/mine/socketio/index.ts'),
    `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';
class Work extends AbstractAdapter { static override readonly channel = 'web_socketio_demo.mine'; }
LongPollingNameSpace.on('work', { adapterClass: Work }, async (session, isDone: unknown) => {
  const messages = await session.listen();
  await session.validate(isDone === true);
  session.emit('worked', messages);
});`,
  );
  const url = await new PlaygroundProcess(clone).url();
  const events = await openEventStream(new URL('/playground/events', url));
  const anna = await Seat.take(url, '/left');
  const values = { text: 'Water the plants' };
  await post(url, '/playground/message', { channel: 'web_socketio_demo.mine', values });
  for (const isDone of [false, true]) {
    const worked = anna.next('worked');
    anna.socket.emit('work', isDone);
    expect(await worked).toMatchObject([values]);
  }
  const states = () =>
    dataOf(events, 'message').map((data) => z.object({ state: z.string() }).parse(data).state);
  await expect.poll(states).toEqual(['waiting', 'taken', 'put back', 'taken', 'confirmed']);
});

it('takes messages for the demonstration only, and from nobody but its own page', async () => {
  const url = await new PlaygroundProcess(await makeClone()).url();
  const send = (channel: unknown, values: unknown) => post(url, '/playground/message', { channel, values });
  expect(await send('web_socketio_demo.chat', {})).toBe(204);
  expect(await send('web_socketio.control', {})).toBe(400);
  expect(await send(7, {})).toBe(400);
  expect(await send('web_socketio_demo', [])).toBe(400);
  expect(await post(url, '/playground/sidecar', { action: 'explode' })).toBe(400);
  // A form or a script of another site can send no JSON without being asked about it first.
  const form = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{"action": "kill"}' };
  expect((await fetch(new URL('/playground/sidecar', url), form)).status).toBe(400);
  expect((await readState(url)).sidecar.state).toBe('running');
  const { headers } = await fetch(new URL('/no/such/path', url));
  expect(headers.get('server')).toBe('web_socketio playground (a stand-in for Odoo)');
});

it('tells the page when the server module changes, which is live at once', async () => {
  const clone = await makeClone();
  const url = await new PlaygroundProcess(clone).url();
  const events = await openEventStream(new URL('/playground/events', url));
  const { module } = await readState(url);
  expect(module.text).toBe(await readFile(join(clone, module.path), 'utf8'));
  await appendFile(join(clone, module.path), '// changed\n');
  await expect
    .poll(() => dataOf(events, 'module'))
    .toContainEqual({ path: module.path, text: `${module.text}// changed\n` });
  await expect.poll(() => dataOf(events, 'log').join('\n')).toContain('Load server modules again');
});

it('ends with one line and no process when PostgreSQL has ended', async () => {
  const clone = await makeClone();
  const playground = new PlaygroundProcess(clone);
  await playground.url();
  const [pid] = (await readFile(join(clone, '.playground/postgres/data/postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  expect(await playground.ended).toEqual([1, null]);
  expect(playground.lines.filter((line) => !/^sidecar: /.test(line)).at(-1)).toBe(
    'PostgreSQL has ended. Start the playground again.',
  );
  expect(await processesOf(clone)).toEqual([]);
});

// Who runs the tests as an ordinary user has seen it above.
it.runIf(serverOwner !== undefined)('runs for an ordinary user, too', async () => {
  const clone = await makeClone(serverOwner);
  const playground = new PlaygroundProcess(clone, [], {}, 'ordinary');
  const anna = await Seat.take(await playground.url(), '/left');
  await expect.poll(() => anna.socket.connected).toBe(true);
  const { pid } = JSON.parse(await readFile(join(clone, '.playground/lock'), 'utf8'));
  process.kill(pid, 'SIGTERM');
  expect(await playground.ended).toEqual([0, null]);
});
