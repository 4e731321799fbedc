# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A name of 2013, so that addons which import it load: see `common.porting`."""
from .common.porting import gone


class OpenERPNameSpace(object):
    """What an addon derives from this is never made an object of."""

    def __init__(self, *args, **kwargs):
        raise gone(type(self).__name__, 'namespaces run in the sidecar')
