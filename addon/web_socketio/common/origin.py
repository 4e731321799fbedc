# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

# The sidecar sends the host in a header.
_ORIGIN = re.compile(r'^https?://(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?\Z')


def read(scheme, host):
    """Return the scheme and host by which a browser reached Odoo, such as `https://erp.example.com`, None if it is none."""
    origin = '%s://%s' % (scheme, host)
    return origin if _ORIGIN.match(origin) else None
