# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


class LoggedIn(object):
    """A session in which somebody is logged in, as it was when it was read.

    :param key: finds it again, a `Secret`
    :param name: what stays the same as long as it lives, and is never that of another session, a `Secret`
    :param login: with which it was opened, as with the password
    """

    def __init__(self, key, name, db, uid, login, password):
        self.key = key
        self.name = name
        self.db = db
        self.uid = uid
        self.login = login
        self.password = password
