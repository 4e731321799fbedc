import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { HandlerRun } from '../../../sidecar/src/socketio/handlers/handler-run.ts';
import { HandlerRuns } from '../../../sidecar/src/socketio/handlers/handler-runs.ts';
import { StuckWatch, type WatchedSocket } from '../../../sidecar/src/socketio/handlers/stuck-watch.ts';

const SECOND = 1_000;

class FakeSocket implements WatchedSocket {
  readonly reports: string[] = [];
  readonly #runs = new HandlerRuns({
    failed: () => undefined,
    forgot: () => undefined,
    happened: () => undefined,
    recovered: () => undefined,
  });

  get runs(): Iterable<HandlerRun> {
    return this.#runs.running();
  }

  run(label: string, handler: () => unknown): HandlerRun {
    let run: HandlerRun | undefined;
    this.#runs.start({ label, addon: 'mine', startSeq: 0, fromBase: false }, () => {
      run = HandlerRun.current();
      return handler();
    });
    if (run === undefined) throw new Error(`'${label}' has not begun.`);
    return run;
  }

  reportStuck({ label }: HandlerRun, seconds: number): void {
    this.reports.push(`${label} ${seconds}`);
  }
}

function start() {
  const socket = new FakeSocket();
  const more: number[] = [];
  const watch = new StuckWatch(60 * SECOND, (count) => more.push(count));
  let now = 0;
  const pass = (seconds: number, sockets: readonly WatchedSocket[] = [socket]) => {
    for (const end = now + seconds * SECOND; now < end; ) {
      now += watch.everyMs;
      watch.look(sockets, now);
    }
  };
  return { socket, watch, more, pass };
}

const forever = () => new Promise(() => undefined);

it('reports a handler that does not end after a minute, and again each time its age has doubled', () => {
  const { socket, pass } = start();
  socket.run('stuck', forever);
  pass(60);
  expect(socket.reports).toEqual([]);
  pass(15);
  expect(socket.reports).toEqual(['stuck 60']);
  pass(600);
  expect(socket.reports).toEqual(['stuck 60', 'stuck 120', 'stuck 240', 'stuck 480']);
});

it('says nothing of those that wait for messages, have ended, or wait again and again', () => {
  const { socket, pass } = start();
  const waits = socket.run('waits', forever);
  waits.signal.add(() => undefined);
  socket.run('ends', () => undefined);
  const works = socket.run('works', forever);
  for (let turn = 0; turn < 40; turn += 1) {
    pass(15);
    const listener = () => undefined;
    works.signal.add(listener);
    works.signal.delete(listener);
  }
  expect(socket.reports).toEqual([]);
});

it('reports once more a handler whose socket has gone, and lets go of it', async () => {
  const { socket, watch, pass } = start();
  const run = socket.run('stuck', forever);
  const fine = new FakeSocket();
  const done = fine.run('ends with its socket', forever);
  done.signal.add(() => undefined);
  run.abort();
  watch.leave(socket);
  await setImmediate();
  pass(75, []);
  expect(socket.reports).toEqual(['stuck 60']);
  pass(600, []);
  expect(socket.reports).toEqual(['stuck 60']);
});

it('counts what many pages have in common instead of filling the log', () => {
  const { socket, more, pass } = start();
  for (let n = 0; n < 5_000; n += 1) socket.run(`stuck ${n}`, forever);
  pass(75);
  expect(socket.reports).toHaveLength(20);
  expect(more).toEqual([4_980]);
});
