# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


class Refused(Exception):
    """A request is answered with an HTTP status.

    :param text: what is said to who asked
    """

    def __init__(self, status, text):
        super(Refused, self).__init__(text)
        self.status = status
        self.text = text
