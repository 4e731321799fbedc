#!/bin/sh
# Everything that the tests in a browser need, on Debian 12 as root. Exit code 3: it cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

"$here/../support/install/install-chromium.sh"
"$here/install-rjsmin.sh" "$here/../../.cache/rjsmin"
