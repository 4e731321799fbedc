#!/bin/sh
# Odoo 19.0 (Debian's odoo-19): when a call ends with an exception that is no `Exception`, such as gevent's `GreenletExit` and
# `Timeout`, the process goes on answering with what that call had changed and never committed.
#
# `odoo.service.model.retrying`, through which every request and RPC call runs, empties the caches that the call had filled
# only after an `Exception`. What it had read of its own changes stays in the registry's caches, for all users of the process,
# until something else empties them. Whoever kills greenlets in which Odoo's code runs has to call `registry.reset_changes()`.
#
# Seen on 2026-11-29, for a system parameter that is 'before', is set to 'never committed' and read again, in a call that then raises:
#   after ValueError: before
#   after gevent.Timeout: never committed
#
# Exit code 0: still so. 1: something else was seen.
set -eu
. "$(dirname "$0")/odoo-lib"

start_postgres
odoo -d finding -i base --stop-after-init >"$folder/install.log" 2>&1

cat >"$folder/look.py" <<'PYTHON'
import gevent
import odoo
from odoo.service.model import retrying

NAME = 'finding.name'


def fail_with(error):
    with env.registry.cursor() as cr:
        parameters = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})['ir.config_parameter']
        parameters.set_param(NAME, 'before')
    env.registry.clear_all_caches()

    def call():
        parameters.set_param(NAME, 'never committed')
        parameters.get_param(NAME)
        raise error

    cr = env.registry.cursor()
    parameters = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})['ir.config_parameter']
    try:
        retrying(call, parameters.env)
    except (ValueError, gevent.Timeout):
        cr.rollback()
    finally:
        cr.close()
    with env.registry.cursor() as cr:
        return odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})['ir.config_parameter'].get_param(NAME)


print('SEEN %s, %s' % (fail_with(ValueError()), fail_with(gevent.Timeout(1))))
PYTHON
as_nobody "$folder/odoo19/odoo" shell -d finding --db_host 127.0.0.1 --db_port "$port" --db_user openerp --db_password any \
  --data-dir "$folder/odoo" --no-http --max-cron-threads 0 <"$folder/look.py" >"$folder/look.log" 2>&1 || true
expect 'after ValueError, after gevent.Timeout' 'SEEN before, never committed' "$(cat "$folder/look.log")"
