"""Prints the bytes of a greenlet that waits for an event and does nothing else: `python bare_greenlets.py 1000`."""
import gc
import sys

import gevent
from gevent.event import Event


def resident():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS:')) * 1024


def wait(event):
    event.wait()


def spawn(count):
    greenlets = [gevent.spawn(wait, Event()) for _ in range(count)]
    gevent.sleep(0)
    return greenlets


count = int(sys.argv[1])
kept = spawn(200)
gc.collect()
before = resident()
kept += spawn(count)
gc.collect()
print((resident() - before) / count)
