#!/bin/sh
# Everything that the tests against a real Odoo need, on Debian 12 as root:
#
#   install.sh odoo14     or odoo19, or both
#
# What is there already is kept, so running it again costs nothing. Exit code 3: Debian's packages cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache

[ $# -gt 0 ] || { echo "usage: $0 SERIES" >&2; exit 2; }
for series in "$@"; do
  "$here/install-$series.sh" "$cache/$series"
done
# Odoo 19 alone is tested behind PgBouncer, with the role that psql makes, and with wheels.
case " $* " in
  *' odoo19 '*)
    "$here/../poolers/install-pgbouncer.sh" "$cache/pgbouncer"
    "$here/../packaging/install.sh" ;;
esac
"$here/../support/install/install-nginx.sh" "$cache/nginx"
"$here/../support/install/install-chromium.sh"
