# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import inspect


def takes_context(method, count):
    """Return whether a method of a model takes a context by name, after so many arguments."""
    # What Odoo 8.0 wraps each method into takes anything.
    names = inspect.getargspec(getattr(method, '_orig', method)).args
    if hasattr(method, '_orig') and names[1:2] not in (['cr'], ['cursor']):
        return True  # its new API: there the context is no argument of the method itself
    return 'context' in names and names.index('context') > count + 2
