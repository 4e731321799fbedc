# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A name of 2013, so that addons which import it load: see `web_socketio.common.porting`."""
from ..web_socketio.namespace import OpenERPNameSpace
from ..web_socketio.common.porting import declare


class LongPollingNameSpace(OpenERPNameSpace):
    events = {'connect': {}, 'on': {}, 'disconnect': {}}

    @classmethod
    def on(cls, event, adapterClass=None, eventtype='on'):
        """Note that an addon handles an event; the handler stays as it is, and nobody calls it."""
        def decorate(function):
            cls.events.setdefault(eventtype, {}).setdefault(event, []).append((function, adapterClass))
            declare(function.__module__, "handler %s of '%s' (%s)" % (function.__name__, event, eventtype))
            return function
        return decorate
