import { describe, expect, inject, it } from 'vitest';
import { ask, WorkerStage } from './support/worker-stage.ts';

const ADDON = `
import gevent
from openerp.addons.web_socketio.session import AbstractAdapter, OpenERPObject, OpenERPSession
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace


class Silence(AbstractAdapter):
    channel = 'silence'


@LongPollingNameSpace.on('who')
def who(session):
    users = session.model('res.users')
    return [users.who(), users.read([session.uid], ['login'])]


@LongPollingNameSpace.on('of 2013')
def of_2013(session):
    users = OpenERPObject(session.db, session.uid, 'res.users')
    return [users.who()[0], OpenERPSession(session.db, 3).model('res.users').who()[0]]


@LongPollingNameSpace.on('sign')
def sign(session, text, fail):
    return session.model('res.users').sign(text, fail=fail)


@LongPollingNameSpace.on('append')
def append(session, text):
    return session.model('res.users').append(text)


@LongPollingNameSpace.on('sleep')
def sleep(session, seconds):
    return session.model('res.users').sleep(seconds)


@LongPollingNameSpace.on('wait', adapterClass=Silence)
def wait(session):
    session.listen()


@LongPollingNameSpace.on('nested')
def nested(session):
    return session.model('res.users').nested(session)


@LongPollingNameSpace.on('killed')
def killed(session):
    job = gevent.spawn(session.model('res.users').sleep, 60)
    gevent.sleep(0.1)
    job.kill()
    return session.model('res.users').who()[0]
`;

const SLEEPING = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database() AND state = 'active'`;

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  const open = (...args: string[]) => WorkerStage.open(python, ADDON, { args });

  it("a model's methods are called as the session's user, with its context", async () => {
    const stage = await open();
    await stage.database.query(
      'ALTER TABLE web_socketio_session ALTER context SET DEFAULT $${"lang":"de_DE"}$$',
    );
    const page = await stage.page('/longpolling', 2);
    expect(await ask(page, 'who')).toEqual([[2, { lang: 'de_DE' }], [{ id: 2, login: 'demo' }]]);
    expect(await ask(page, 'of 2013')).toEqual([2, 3]);
  });

  it("a call is committed when it returns, rolled back when it raises, and a refusal of OpenERP's is told", async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    const signature = () => stage.database.query('SELECT signature FROM res_users WHERE id = 2');
    expect(await ask(page, 'sign', 'Anna', false)).toBe(true);
    expect(await signature()).toEqual([{ signature: 'Anna' }]);
    expect(await ask(page, 'sign', 'Ben', true)).toMatchObject({
      ...{ ok: false, code: 'user_error', message: 'Not with that name.' },
    });
    expect(await signature()).toEqual([{ signature: 'Anna' }]);
  });

  it('transactions that are in conflict are repeated', async () => {
    const stage = await open();
    const page = await stage.page('/longpolling');
    await Promise.all(['a', 'b', 'c'].map((text) => ask(page, 'append', text)));
    const [row] = await stage.database.query<{ signature: string }>(
      'SELECT signature FROM res_users WHERE id = 2',
    );
    expect([...(row?.signature ?? '')].sort().join('')).toBe('abc');
  });

  it('no more than --max-cursor calls run at once, and a user with many waits behind one with one', async () => {
    const stage = await open('--max-cursor', '2');
    const [one, other] = [await stage.page('/longpolling'), await stage.page('/longpolling', 3)];
    const ends: string[] = [];
    let most = 0;
    const watching = setInterval(async () => {
      const [row] = await stage.database.query<{ count: number }>(SLEEPING);
      most = Math.max(most, row?.count ?? 0);
    }, 50);
    const many = Array.from({ length: 8 }, () => ask(one, 'sleep', 0.4).then(() => ends.push('many')));
    // Whoever is answered came after the eight.
    expect(await ask(one, 'nothing')).toMatchObject({ code: 'no_such_method' });
    await Promise.all([...many, ask(other, 'sleep', 0.1).then(() => ends.push('one'))]);
    clearInterval(watching);
    expect(most).toBeLessThanOrEqual(2);
    expect(ends.indexOf('one')).toBeLessThan(6);
  });

  it('a method that calls another one through the session waits for no other cursor', async () => {
    const stage = await open('--max-cursor', '1');
    expect(await ask(await stage.page('/longpolling'), 'nested')).toBe(2);
  });

  it('who waits for messages holds no cursor, and neither does who was killed', async () => {
    const stage = await open('--max-cursor', '1');
    const page = await stage.page('/longpolling');
    for (let count = 0; count < 3; count += 1) page.emit('wait');
    for (let count = 0; count < 3; count += 1) expect(await ask(page, 'killed')).toBe(2);
  });
});
