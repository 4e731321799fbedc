# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Which series of OpenERP or Odoo runs, and which of our Python is made for it."""
try:
    from odoo.release import version_info
except ImportError:
    from openerp.release import version_info

# Odoo's own hosting has versions such as ('saas~18', 2): they are older than the next whole number.
MAJOR = int(str(version_info[0]).split('~')[-1])
SERIES = '%s.%s' % (version_info[0], version_info[1])

ERAS = {
    7: 'openerp7',
    8: 'openerp7',
    14: 'odoo',
    16: 'odoo',
    17: 'odoo',
    18: 'odoo',
    19: 'odoo',
}
# None where the module cannot be installed: pre_init_hook says so.
ERA = ERAS.get(MAJOR)
