# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


class Model(object):
    """A model of OpenERP's, as a user: each of its methods is one call, in a transaction of its own.

    :param database: the `Database`
    :param context: a dictionary
    :param check: called before each call; it ends the greenlet of a page that is gone
    """

    def __init__(self, database, uid, context, name, check=None):
        self._check = check
        self._database = database
        self._uid = uid
        self._context = context
        self._name = name

    def __getattr__(self, method):
        if method.startswith('__'):
            # copy and pickle ask for such, and would call the database.
            raise AttributeError(method)

        def call(*args, **kwargs):
            if self._check is not None:
                self._check()
            return self._database.call(self._uid, self._context, self._name, method, args, kwargs)
        return call

    def __repr__(self):
        return "<model '%s' of user %s in %s>" % (self._name, self._uid, self._database.name)
