#!/bin/sh
# Odoo 19.0 (Debian's odoo-19), addon bus: what a page causes over its WebSocket runs without the user's language.
#
# `Websocket.new_env` puts None in the place of the session's language before it looks it up, also when it is asked to set the
# language. An addon that overrides `ir.websocket._serve_ir_websocket` gets untranslated names and labels there, for a user who
# sees translated ones everywhere else. Take the language of `env.user` instead of that of the context.
#
# Seen on 2026-11-29, for a session in an installed language, fr_FR:
#   language of the environment: False
#
# Exit code 0: still so. 1: something else was seen.
set -eu
. "$(dirname "$0")/odoo-lib"

start_postgres
odoo -d finding -i bus --load-language fr_FR --stop-after-init >"$folder/install.log" 2>&1

cat >"$folder/look.py" <<'PYTHON'
from types import SimpleNamespace

from odoo.addons.bus.websocket import Websocket

installed = [code for code, _name in env['res.lang'].get_installed()]
session = SimpleNamespace(uid=env.ref('base.user_admin').id, context={'lang': 'fr_FR'})
with env.registry.cursor() as cr:
    made = Websocket.new_env(None, cr, session, set_lang=True)
    print('SEEN %s, %s' % ('fr_FR' in installed, made.context.get('lang')))
PYTHON
as_nobody "$folder/odoo19/odoo" shell -d finding --db_host 127.0.0.1 --db_port "$port" --db_user openerp --db_password any \
  --data-dir "$folder/odoo" --no-http --max-cron-threads 0 <"$folder/look.py" >"$folder/look.log" 2>&1 || true
expect 'installed, language of the environment' 'SEEN True, False' "$(cat "$folder/look.log")"
