#!/bin/sh
# Everything that the tests against a real Odoo need, on Debian 12 as root. What is there already is kept, so running
# it again costs nothing. Exit code 3: Debian's packages cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache

"$here/install-odoo19.sh" "$cache/odoo19"
"$here/install-nginx.sh" "$cache/nginx"
"$here/install-chromium.sh"
