#!/bin/sh
# Everything that the tests of the proxies need, on Debian 12 as root. What is there already is kept, so running it again
# costs nothing. Exit code 3: Debian's packages cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache
. "$here/../support/install/install-lib.sh"

"$here/../support/install/install-nginx.sh" "$cache/nginx"
"$here/install-apache.sh" "$cache/apache"
"$here/install-others.sh" "$cache/proxies"
command -v openssl >/dev/null || unavailable 'no program openssl, which makes the certificates'
