# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
# Sessions and routes are what differs most from OpenERP 7.0: Odoo 8.0 already has those of its successors.
REGISTERED = []
