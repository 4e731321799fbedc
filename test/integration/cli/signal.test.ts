import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { ModuleSidecar } from '../../support/sidecar/module-sidecar.ts';
import { nextEvent } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Work extends AbstractAdapter { static channel = 'work'; }
class Mine extends OpenERPNameSpace {
  async on_take() {
    const messages = await this.listen(Work);
    this.emit('taken');
    await this.secureEmit(Work, 'work', messages);
  }
  on_hang() { return new Promise(() => undefined); }
}
SocketIO.addNamespace('/mine', Mine);
`;

/** The built sidecar on a port of its own, and pages of it. */
async function start(drainSeconds = 0) {
  const sidecar = await ModuleSidecar.serve(MODULE, { WEB_SOCKETIO_DRAIN_SECONDS: `${drainSeconds}` });
  const { database, program } = sidecar;
  return {
    ...{ database, child: program.child, ended: program.ended },
    log: () => sidecar.log,
    url: () => sidecar.url,
    open: () => sidecar.connect('/mine'),
  };
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'sends its pages away at %s, puts back what they hold, and ends with code 0 whatever handlers do',
  async (signal) => {
    const { database, child, ended, log, open } = await start();
    const page = await open();
    page.emit('hang');
    page.emit('take');
    const taken = nextEvent(page, 'taken');
    await database.insert('work', { text: 'mine' });
    await taken;
    const told = nextEvent(page, 'web_socketio.end');
    child.kill(signal);
    expect(await told).toMatchObject([{ code: 'draining', retry: true }]);
    expect(await ended).toEqual([0, null]);
    expect(log()).toContain(`${signal}: disconnecting pages`);
    expect(await database.query('SELECT lease FROM web_socketio_message')).toEqual([{ lease: null }]);
  },
);

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('ends at once when %s comes during a drain, with code %i', async (signal, code) => {
  const { child, ended, log, open } = await start(12);
  // So many that the drain takes five seconds.
  const pages = await Promise.all(Array.from({ length: 50 }, open));
  const told = nextEvent(pages[0] ?? (await open()), 'web_socketio.end');
  child.kill('SIGTERM');
  await told;
  // Again and again: one that comes at the same moment as the first is taken for the same.
  const insist = () => {
    child.kill(signal);
    return child.exitCode;
  };
  await expect.poll(insist).toBe(code);
  expect(await ended).toEqual([code, null]);
  expect(log()).toContain(`stop_forced: ${signal} came`);
  expect(log()).not.toContain('Stopped');
});

it('takes two signals of one moment for one wish, since npm passes on what the terminal has sent as well', async () => {
  const { child, ended, log, open } = await start();
  const page = await open();
  const told = nextEvent(page, 'web_socketio.end');
  // Two kinds: of one kind the system keeps only one until it is taken.
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect(await told).toMatchObject([{ code: 'draining' }]);
  expect(await ended).toEqual([0, null]);
  expect(log()).toContain('Stopped');
});

/** Requests over one connection, one after the other: what it has sent before a signal, the sidecar reads before it. */
function makeAsker() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return (url: string, body?: string) => {
    const asked = request(url, {
      ...{ agent, method: body === undefined ? 'GET' : 'POST' },
      headers: { 'content-type': 'text/plain' },
    });
    const answer = new Promise<string>((resolve, reject) => {
      asked.on('response', (response) => text(response).then(resolve, reject)).on('error', reject);
    });
    asked.end(body);
    return { answer, sent: once(asked, 'finish') };
  };
}

it('leaves nothing open of pages that poll over a slow link: nobody is told to look for it in the addons', async () => {
  const { database, child, ended, log, url } = await start(1);
  /** A page that has just one request under way. Its next one is so slow that the sidecar has ended meanwhile. */
  const openSlowly = async () => {
    const auth = { db: database.name, token: await database.addToken(), positions: {} };
    const ask = makeAsker();
    const base = `${url()}/socket.io/?EIO=4&transport=polling`;
    const { sid }: { sid: string } = JSON.parse((await ask(base).answer).slice(1));
    const poll = () => ask(`${base}&sid=${sid}`);
    await ask(`${base}&sid=${sid}`, `40/mine,${JSON.stringify(auth)}`).answer;
    let said = '';
    while (!said.includes('web_socketio.position')) said += await poll().answer;
    return poll;
  };
  const pages = [await openSlowly(), await openSlowly()];
  const polls = pages.map((poll) => poll());
  await Promise.all(polls.map(({ sent }) => sent));
  child.kill('SIGTERM');
  for (const { answer } of polls) expect(await answer).toContain('draining');
  expect(await ended).toEqual([0, null]);
  expect(log()).toContain('Stopped');
  expect(log()).not.toContain('left_open');
});
