# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


class Said(object):
    """Logs what happens again and again once: until something else happens, or it is over."""

    def __init__(self, log):
        self._log = log
        self._last = None

    def say(self, key, text, *args):
        """Log a text, with its arguments, unless that key was the last one."""
        if key != self._last:
            self._last = key
            self._log(text, *args)

    def forget(self):
        """It is over.

        :return: was anything said?
        """
        said, self._last = self._last is not None, None
        return said
