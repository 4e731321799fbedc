#!/bin/sh
# Everything that the tests with OCA's addons need, on Debian 12 as root. What is there already is kept, so running it again
# costs nothing. Exit code 3: Debian's packages or PyPI's cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache

"$here/../odoo/install-odoo19.sh" "$cache/odoo19"
"$here/install-addons.sh" "$cache/oca" "$cache/odoo19"
"$here/../support/install/install-nginx.sh" "$cache/nginx"
"$here/../support/install/install-chromium.sh"
