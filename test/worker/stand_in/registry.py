"""As much of a registry of OpenERP's or Odoo's as the worker asks for, on a real PostgreSQL."""
import importlib
import os
from contextlib import contextmanager

import psycopg2
from psycopg2 import extensions
from psycopg2.errorcodes import SERIALIZATION_FAILURE

from models import MODELS, Refusal

ATTEMPTS = 5
OWN = ('base', 'web_socketio', 'web_longpolling')


class Registry(object):
    def __init__(self, db, root, folder):
        self.db = db
        self._root = root
        self._folder = folder
        self._installed = None

    def load(self):
        importing = importlib.import_module('%s.addons.web_socketio.worker.importing' % self._root)
        for addon in sorted(self.installed()):
            if addon not in OWN and os.path.isdir(os.path.join(self._folder, addon)):
                importing.import_addon('%s.addons.%s' % (self._root, addon))
        self._installed = self.installed()

    def installed(self):
        with self.connect() as cr:
            cr.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
            return {name for (name,) in cr.fetchall()}

    def follow(self):
        return self.installed() != self._installed

    def call(self, uid, context, model, method, args, kwargs):
        if model not in MODELS:
            raise Refusal("There is no model '%s'." % model)
        for attempt in range(ATTEMPTS):
            try:
                with self.connect() as cr:
                    cr.connection.set_session(isolation_level='REPEATABLE READ')
                    return getattr(MODELS[model], method)(cr, uid, context, *args, **kwargs)
            except psycopg2.Error as error:
                if error.pgcode != SERIALIZATION_FAILURE or attempt + 1 == ATTEMPTS:
                    raise

    def refusal(self, error):
        if isinstance(error, Refusal):
            return {'code': 'user_error', 'name': 'UserError', 'message': str(error)}
        return None

    @contextmanager
    def connect(self):
        connection = psycopg2.connect(os.environ['STAND_IN_DSN'] % self.db)
        extensions.register_type(extensions.UNICODE, connection)
        try:
            # psycopg2 has closed it when its waiting was interrupted, so `with connection` would fail with another error.
            yield connection.cursor()
            connection.commit()
        finally:
            connection.close()

    def close(self):
        """Nothing stays open."""
