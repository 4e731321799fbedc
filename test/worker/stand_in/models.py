"""The models of the stand-in: a dictionary for each row, as `read` gives it."""
import gevent

COLUMNS = {'id': 'id', 'login': 'login', 'name': 'login', 'signature': 'signature'}


class Refusal(Exception):
    """What OpenERP's own refusals are."""


class Users(object):
    def read(self, cr, uid, context, ids, fields):
        names = ['id'] + list(fields)
        columns = ', '.join(COLUMNS[name] for name in names)
        cr.execute('SELECT %s FROM res_users WHERE id = ANY(%%s) ORDER BY id' % columns, [ids])
        return [dict(zip(names, row)) for row in cr.fetchall()]

    def search(self, cr, uid, context, domain, limit=None):
        [(name, _operator, value)] = domain
        cr.execute('SELECT id FROM res_users WHERE %s = %%s LIMIT %%s' % COLUMNS[name], [value, limit])
        return [row[0] for row in cr.fetchall()]

    def write(self, cr, uid, context, ids, values):
        cr.execute('UPDATE res_users SET signature = %s WHERE id = ANY(%s)', [values['signature'], ids])
        return True

    def who(self, cr, uid, context):
        return [uid, context]

    def sign(self, cr, uid, context, text, fail=False):
        self.write(cr, uid, context, [uid], {'signature': text})
        if fail:
            raise Refusal('Not with that name.')
        return True

    def append(self, cr, uid, context, text):
        # Two at a time cannot be serialized, and one is repeated.
        cr.execute("SELECT coalesce(signature, '') FROM res_users WHERE id = %s", [uid])
        before = cr.fetchone()[0]
        gevent.sleep(0.05)
        return self.write(cr, uid, context, [uid], {'signature': before + text})

    def format_message(self, cr, uid, context, user_id, messages):
        return [dict(one, to=row['login']) for row in self.read(cr, uid, context, [user_id], ['login']) for one in messages]

    def nested(self, cr, uid, context, session):
        return session.model('res.users').who()[0]

    def sleep(self, cr, uid, context, seconds):
        cr.execute('SELECT pg_sleep(%s)', [seconds])
        return uid


MODELS = {'res.users': Users()}
