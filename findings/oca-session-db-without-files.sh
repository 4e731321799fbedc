#!/bin/sh
# OCA's addons `session_db` 19.0.1.0.0.2 and `auth_session_timeout` 19.0.1.0.0.4 (PyPI) on Odoo 19.0 (Debian's odoo-19) cannot
# run together: after the log-in every request of a user fails.
#
# `auth_session_timeout` goes by the date of a session's file and asks the store for its name with `get_session_filename`.
# The store of `session_db` has no files and no such method.
#
# Seen on 2026-11-28, with `SESSION_DB_URI` set and `--load=base,web,session_db`:
#   in files: "uid": 2
#   in a database: 'PGSessionStore' object has no attribute 'get_session_filename'
#
# Exit code 0: still so. 1: something else was seen.
set -eu
. "$(dirname "$0")/odoo-lib"

start_postgres
odoo -d finding -i auth_session_timeout --stop-after-init >"$folder/install.log" 2>&1
LOG_IN='{"db": "finding", "login": "admin", "password": "admin"}'

start_odoo files -d finding
post /web/session/authenticate "$LOG_IN" >/dev/null
expect 'in files' '"uid": 2' "$(post /web/session/get_session_info '{}')"
stop_odoo

rm -f "$folder/cookies"
export SESSION_DB_URI=postgresql://openerp:any@127.0.0.1:$port/finding
start_odoo database -d finding --load base,web,session_db
post /web/session/authenticate "$LOG_IN" >/dev/null
expect 'in a database' "'PGSessionStore' object has no attribute 'get_session_filename'" "$(post /web/session/get_session_info '{}')"
