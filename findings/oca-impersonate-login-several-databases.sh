#!/bin/sh
# With OCA's addon `impersonate_login` 19.0.1.0.1.4 (PyPI) on Odoo 19.0 (Debian's odoo-19), a log-in over JSON-RPC fails on a
# server with several databases.
#
# `/web/session/authenticate` says in which database it logs in, so that the request belongs to none before, and has no
# environment. Odoo's own `session_info` is called with one; what the addon adds to it asks `request.env` all the same.
# Whoever writes a client has to choose the database first, by `/web/login?db=NAME`.
#
# Seen on 2026-11-28, with two databases:
#   without the addon: "uid": 2
#   with it: 'NoneType' object has no attribute 'user'
#
# Exit code 0: still so. 1: something else was seen.
set -eu
. "$(dirname "$0")/odoo-lib"

start_postgres
odoo -d without -i mail --stop-after-init >"$folder/install.log" 2>&1
odoo -d with -i impersonate_login --stop-after-init >"$folder/install.log" 2>&1

start_odoo both
expect 'without the addon' '"uid": 2' "$(post /web/session/authenticate '{"db": "without", "login": "admin", "password": "admin"}')"
rm -f "$folder/cookies"
expect 'with it' "'NoneType' object has no attribute 'user'" \
  "$(post /web/session/authenticate '{"db": "with", "login": "admin", "password": "admin"}')"
