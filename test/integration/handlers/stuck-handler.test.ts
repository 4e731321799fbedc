import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
}
class Mine extends OpenERPNameSpace {
  on_hang() { this.emit('hanging'); return new Promise(() => {}); }
  async on_follow() {
    this.emit('following');
    for (;;) await this.secureEmit(News, 'news', await this.listen(News));
  }
}
SocketIO.addNamespace('/mine', Mine);
`;

it('has a handler that never settles in the log with its age, and none that waits for messages', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(
    database,
    { web_socketio_demo: MODULE },
    { limits: { stuckSeconds: 60 } },
  );
  const socket = await sidecar.connect('/mine', database.name, await database.addToken({ uid: 2 }));
  for (const [event, answer] of [
    ['hang', 'hanging'],
    ['follow', 'following'],
  ] as const) {
    const answered = nextEvent(socket, answer);
    socket.emit(event);
    await answered;
  }
  // Whole: with fractions, twice the difference of two moments may be a trifle more than it was.
  const now = Math.ceil(performance.now());
  for (let seconds = 0; seconds <= 120; seconds += 15) sidecar.sidecar.lookForStuck(now + seconds * 1_000);
  const lines = sidecar.lines.filter((line) => line.includes('handler_stuck'));
  const start = ` WARNING ${database.name} web_socketio: /mine event 'hang' of addon 'web_socketio_demo', user 2: handler_stuck: The handler has run for at least`;
  expect(lines).toEqual([
    expect.stringContaining(`${start} 60 s`),
    expect.stringContaining(`${start} 120 s`),
  ]);
});
