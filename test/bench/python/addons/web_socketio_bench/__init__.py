from . import handlers, gauges
