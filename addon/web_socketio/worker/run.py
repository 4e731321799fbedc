# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One execution of a handler: a greenlet, of which the sidecar knows."""
import time

import gevent
from gevent import Greenlet
from greenlet import GreenletExit

from . import failure, frame


class Run(Greenlet):
    """Runs a function, and tells the sidecar how it ended.

    :param number: by which the sidecar knows it; below 0 if the worker began it
    :param opened: the `OpenedSocket` whose handler it is
    :param function: without arguments; what it returns acknowledges its event
    :param label: what it is, for the log, such as `event 'say'`
    :param addon: whose code it is
    """

    def __init__(self, number, opened, function, label, addon):
        Greenlet.__init__(self)
        self.number = number
        self.opened = opened
        self.label = label
        self.addon = addon
        #: does it wait for messages?
        self.is_waiting = False
        self._function = function
        #: was it told to end? What it does after that counts no more
        self.is_ended = False
        self.begun = time.time()
        self._is_told = False
        # Greenlets that the handler spawns on its own inherit this, and their listening is found by it.
        self.spawn_tree_locals = {'web_socketio_run': self}
        self.rawlink(_ended)

    def _run(self):
        try:
            value = self._function()
            if self.is_ended:
                # It caught what ended it, as `except:` does. What it returned confirms nothing.
                self._tell_end()
            else:
                self._tell('["return",%d,%s]' % (self.number, self._encode(value)))
            return value
        except GreenletExit:
            self._tell_end()
        except BaseException as error:
            # sys.exit() of a handler, too: it ends the handler, and not the worker with everybody's.
            self.fail(error)
        return None

    def _encode(self, value):
        if value is None or self.number < 0:
            # Of what a handler spawned, whoever spawned it has the result.
            return 'null'
        return frame.encode(value, 'result', 'The result of %s' % self.label, 'handler_result')

    def fail(self, error):
        """Log and tell an error; it is the one that is being handled."""
        problem = failure.describe(error, self.opened.database)
        failure.log(problem, self)
        self._tell(failure.encode(self.number, problem))

    def _tell_end(self):
        self._tell(_end_of(self.number))

    def _tell(self, text):
        if not self._is_told:
            self._is_told = True
            self.opened.exchange.try_to_send(text)

    def finish(self):
        """It is over, perhaps before it began."""
        if self.exception is None:
            self._tell_end()
        else:
            # What told of an error has failed itself.
            self._tell(failure.encode(self.number, failure.brief(self.exception)))
        self.opened.forget(self)
        self._function = None

    def end(self):
        """Kill it, and do not wait for it."""
        self.is_ended = True
        self.kill(block=False)


def _end_of(number):
    end = {'name': 'GreenletExit', 'message': 'It was ended.', 'ended': True, 'traceback': '', 'told': False}
    return frame.plain(['throw', number, end])


def _ended(run):
    run.finish()


class AdoptedRun(object):
    """A greenlet that a handler began with gevent itself, and that listens: a run from then on.

    :param number: below 0
    """

    def __init__(self, number, opened, greenlet):
        self.number = number
        self.opened = opened
        self.label = 'a greenlet'
        self.addon = '-'
        self.is_waiting = self.is_ended = False
        self.begun = time.time()
        self.greenlet = greenlet
        greenlet.rawlink(self._ended)

    def _ended(self, greenlet):
        # In the loop itself, where nothing may wait: to name an error may ask the database.
        gevent.spawn(self._finish, greenlet)

    def _finish(self, greenlet):
        text = None
        try:
            text = self._tell(greenlet)
        finally:
            self.opened.forget(self)
            self.opened.exchange.try_to_send(text or failure.encode(self.number, failure.brief(greenlet.exception)))

    def _tell(self, greenlet):
        # For gevent, a greenlet that was killed has succeeded.
        if self.is_ended or isinstance(greenlet.value, GreenletExit):
            return _end_of(self.number)
        if greenlet.exception is None:
            return '["return",%d,null]' % self.number
        problem = failure.describe(greenlet.exception, self.opened.database, greenlet.exc_info)
        failure.log(problem, self)
        return failure.encode(self.number, problem)

    def end(self):
        """Kill it, and do not wait for it."""
        self.is_ended = True
        self.greenlet.kill(block=False)


def current():
    """Return the `Run` that the current greenlet is, or was begun by; None if it is of no handler."""
    greenlet = gevent.getcurrent()
    if isinstance(greenlet, Run):
        return greenlet
    return getattr(greenlet, 'spawn_tree_locals', {}).get('web_socketio_run')
