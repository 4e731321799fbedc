#!/bin/sh
# Odoo 19.0 (Debian's odoo-19), addon mail: whoever announces that a user is there commits whatever was done before in the same
# transaction, and a conflict with another transaction rolls all of it back without an error.
#
# `mail.presence._try_update_presence` commits the cursor of its caller, and rolls it back in the second case. It was made for a
# cursor that is closed right after. Whoever calls `ir.websocket._update_mail_presence`, or the event `update_presence` of a
# WebSocket, among other work can neither undo that work afterwards nor be sure that it is still there: the call needs a
# transaction of its own.
#
# Seen on 2026-11-29, for a system parameter that is set, then a presence, then a rollback:
#   without the presence: nothing, with it: set before
#
# Exit code 0: still so. 1: something else was seen.
set -eu
. "$(dirname "$0")/odoo-lib"

start_postgres
odoo -d finding -i mail --stop-after-init >"$folder/install.log" 2>&1

cat >"$folder/look.py" <<'PYTHON'
import odoo

NAME = 'finding.name'


def left_after_rollback(announces):
    with env.registry.cursor() as cr:
        odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})['ir.config_parameter'].set_param(NAME, False)
    cr = env.registry.cursor()
    admin = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {}).ref('base.user_admin')
    caller = odoo.api.Environment(cr, admin.id, {})
    caller['ir.config_parameter'].sudo().set_param(NAME, 'set before')
    if announces:
        caller['mail.presence']._try_update_presence(caller.user, 0)
    cr.rollback()
    cr.close()
    with env.registry.cursor() as cr:
        cr.execute('SELECT value FROM ir_config_parameter WHERE key = %s', [NAME])
        return (cr.fetchone() or ['nothing'])[0]


print('SEEN %s, %s' % (left_after_rollback(False), left_after_rollback(True)))
PYTHON
as_nobody "$folder/odoo19/odoo" shell -d finding --db_host 127.0.0.1 --db_port "$port" --db_user openerp --db_password any \
  --data-dir "$folder/odoo" --no-http --max-cron-threads 0 <"$folder/look.py" >"$folder/look.log" 2>&1 || true
expect 'without a presence, with one' 'SEEN nothing, set before' "$(cat "$folder/look.log")"
