import { describe, expect, inject, it } from 'vitest';
import { ask, WorkerStage } from './support/worker-stage.ts';

const ADDON = `
import gevent
from openerp.addons.web_socketio.namespace import OpenERPNameSpace, SocketIOError
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_socketio.web_socketio import SocketIO
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace


class Tasks(AbstractAdapter):
    channel = 'task'

    def get(self, messages, uid):
        return [one for one in messages if one['values']['to_id'] == uid][:1]

    def format(self, message, uid):
        return [message['values']['do'], message['channel'], uid]


class News(AbstractAdapter):
    channel = 'news'
    mode = 'each'


class Rooms(AbstractAdapter):
    channel = 'room'
    mode = 'each'
    key = 'room'


class Mine(OpenERPNameSpace):
    def initialize(self):
        self.ended = []

    def recv_connect(self):
        for news in self.messages(News):
            self.emit('news', news)

    def on_next(self, valid):
        lines = self.listen(Tasks, self.uid)
        lines.append(self.validate(Tasks, valid))
        return lines

    def on_tell(self):
        self.broadcast_event_not_me('told', 'others')
        self.broadcast_event('told', 'all')
        self.notify('news', text='hello')
        return self.is_installed('my_addon'), self.is_installed('hr')

    def on_beside(self):
        def beside(number):
            self.ended.append(number)
            return self.listen(Tasks, self.uid)
        job = self.spawn(beside, 1)
        return job.get()

    def on_gevent(self):
        return gevent.spawn(lambda: self.listen(Tasks, self.uid)).get()

    def on_adapter(self):
        return Tasks(None, 'socket').listen(self.uid)

    def on_late(self):
        class Late(AbstractAdapter):
            channel = 'late'
        return self.listen(Late)

    def on_leave(self):
        self.disconnect()

    def recv_disconnect(self):
        self.notify('gone', uid=self.uid)


SocketIO.add_namespace('/mine', Mine)


@LongPollingNameSpace.on('rooms', adapterClass=Rooms, eventtype='connect')
def rooms(session):
    for messages in session.watched():
        session.secure_emit('said', messages)


@LongPollingNameSpace.on('enter', adapterClass=Rooms)
def enter(session, room):
    session.watch(room)


@LongPollingNameSpace.on('leave', adapterClass=Rooms)
def leave(session, room):
    session.unwatch(room)


@LongPollingNameSpace.on('without')
def without(session):
    session.listen()
`;

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  const open = () => WorkerStage.open(python, ADDON);

  it("get chooses among a queue's messages, format gives them their form, and what is put back comes again", async () => {
    const stage = await open();
    const [one, other] = [await stage.page('/mine'), await stage.page('/mine', 3)];
    const answers = [ask(one, 'next', false), ask(other, 'next', true)];
    await stage.database.insert('task', { to_id: 3, do: 'cook' });
    await stage.database.insert('task', { to_id: 2, do: 'wash' });
    const wash = ['wash', 'task', 2];
    expect(await Promise.all(answers)).toEqual([
      [wash, false],
      [['cook', 'task', 3], true],
    ]);
    expect(await ask(one, 'next', true)).toEqual([wash, true]);
    expect(await stage.database.query('SELECT FROM web_socketio_message')).toEqual([]);
  });

  it('a loop over an each channel brings every page all messages, in their order', async () => {
    const stage = await open();
    const heard: unknown[][] = [[], []];
    for (const list of heard) {
      const page = await stage.page('/mine');
      page.on('news', (news: unknown[]) => list.push(...news));
      // Whoever is answered has run recv_connect before.
      await ask(page, 'no such event');
    }
    const texts = Array.from({ length: 20 }, (_, text) => ({ text }));
    for (const text of texts) await stage.database.insert('news', text);
    await expect.poll(() => heard).toEqual([texts, texts]);
  });

  it('broadcasts, notify and is_installed reach what they reach in TypeScript', async () => {
    const stage = await open();
    const [one, other] = [await stage.page('/mine'), await stage.page('/mine', 3)];
    const heard: unknown[] = [];
    one.on('told', (text) => heard.push(['one', text]));
    one.on('news', (news) => heard.push(['one', ...news]));
    other.on('told', (text) => heard.push(['other', text]));
    expect(await ask(one, 'tell')).toEqual([true, false]);
    await expect
      .poll(() => heard.map((line) => JSON.stringify(line)).sort())
      .toEqual(['["one","all"]', '["one",{"text":"hello"}]', '["other","all"]', '["other","others"]']);
  });

  it.each(['beside', 'gevent', 'adapter'])(
    'a greenlet that a handler spawned listens for the same socket: %s',
    async (event) => {
      const stage = await open();
      const answer = ask(await stage.page('/mine'), event);
      await stage.database.insert('task', { to_id: 2, do: 'wash' });
      expect(await answer).toEqual([['wash', 'task', 2]]);
    },
  );

  it('an adapter that was made while a handler ran is declared then', async () => {
    const stage = await open();
    const answer = ask(await stage.page('/mine'), 'late');
    await stage.database.insert('late', { a: 1 });
    expect(await answer).toEqual([{ a: 1 }]);
  });

  it('a namespace disconnects its socket, and its hook runs after that', async () => {
    const stage = await open();
    const page = await stage.page('/mine');
    page.emit('leave');
    await expect.poll(() => page.connected).toBe(false);
    await expect
      .poll(() => stage.database.query(`SELECT "values" FROM web_socketio_message WHERE channel = 'gone'`))
      .toEqual([{ values: { uid: 2 } }]);
  });

  it('handlers of the shared namespace watch keys, and one without an adapter is told so in the log', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    const said: unknown[] = [];
    page.on('said', (messages: unknown[], done: (answer: object) => void) => {
      said.push(...messages);
      done({ ok: true });
    });
    for (const room of [7, 8]) await ask(page, 'enter', room);
    await ask(page, 'leave', 8);
    await stage.database.insert('room', { room: 8, text: 'nobody' });
    await stage.database.insert('room', { room: 7, text: 'hello' });
    await expect.poll(() => said).toEqual([{ room: 7, text: 'hello' }]);
    expect(await ask(page, 'without')).toMatchObject({ ok: false });
    await expect.poll(() => stage.sidecar.log).toContain('adapter_missing');
  });
});
