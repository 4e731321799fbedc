# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Where the running series keeps its sessions: `find(key)` reads one, and never writes it."""
from ..series import MAJOR

if MAJOR == 7:
    from .stored_session import find, key_of
else:
    from .stored_session8 import find, key_of
