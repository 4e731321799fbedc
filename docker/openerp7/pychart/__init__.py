# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Imported in the place of PyChart, which no registry has any more.

This is what OpenERP 7.0 and its addons touch while they are imported. The reports that draw with it, of a kind that few
use, fail.
"""


class color(object):
    class T(object):
        def __init__(self, r, g, b):
            self.r, self.g, self.b = r, g, b


class theme(object):
    use_color = 0

    @staticmethod
    def get_options():
        pass
