# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


class Secret(object):
    """A text that no traceback, log or error report shows, since these write down the variables of each function."""

    def __init__(self, text):
        self.reveal = lambda: text

    def __repr__(self):
        return '***'

    __str__ = __repr__
