# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from openerp.addons.web_longpolling.namespace import LongPollingNameSpace


@LongPollingNameSpace.on('note who')
def who(session):
    return session.model('res.users').read([session.uid], ['login'])[0]['login']


@LongPollingNameSpace.on('note context')
def context(session):
    return session.model('note.alert').read_context()


@LongPollingNameSpace.on('note create')
def create(session, text):
    return session.model('note.alert').create({'user_id': session.uid, 'text': text})


@LongPollingNameSpace.on('note fail')
def fail(session, ids):
    session.model('note.alert').send_and_fail(ids)
