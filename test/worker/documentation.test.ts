import { describe, expect, inject, it } from 'vitest';
import { ask, WorkerStage } from './support/worker-stage.ts';

/** The documentation of 2013, with the lines that its conversion has lost. */
const DOCUMENTED = `
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace
from openerp.addons.web_socketio.namespace import OpenERPNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter
from openerp.addons.web_socketio.web_socketio import SocketIO

on = LongPollingNameSpace.on


class MyNameSpace(OpenERPNameSpace):

    def on_myEvent(self):
        return 'mine'


SocketIO.add_namespace('/mynamespace', MyNameSpace)


class MyAdapter(AbstractAdapter):
    channel = 'im_user'

    def get(self, messages, uid):
        res = []
        for m in messages:
            if m['values']['to_id'] == uid:
                res.append(m)
        return res


@on('signal', adapterClass=MyAdapter)
def my_function(session, user_id):
    """ It is an example
    """
    messages = session.listen(session.uid)
    user_obj = session.model('res.users')
    # the cr and uid are give in the wrapper and only by the wrapper
    # is to use the pool of connection
    data = user_obj.format_message(user_id, messages)
    session.secure_emit('other signal', data)
`;

describe.each(inject('workerPythons'))('In Python $version', (python) => {
  it('the code of the documentation of 2013 runs as it stands', async () => {
    const stage = await WorkerStage.open(python, DOCUMENTED);
    expect(await ask(await stage.page('/mynamespace'), 'myEvent')).toBe('mine');
    const longpolling_socket = await stage.page('/longpolling');
    const got: unknown[] = [];
    longpolling_socket.on('other signal', (messages: unknown, done: (answer: object) => void) => {
      got.push(messages);
      done({ ok: true });
    });
    longpolling_socket.emit('signal', 3);
    await stage.database.insert('im_user', { to_id: 2, text: 'hello' });
    await expect.poll(() => got).toEqual([[{ to_id: 2, text: 'hello', to: 'other' }]]);
    await expect.poll(() => stage.database.query('SELECT FROM web_socketio_message')).toEqual([]);
  });
});
