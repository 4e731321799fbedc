#!/bin/sh
# The browsers that are put to sleep, on Debian 12 as root. Exit code 3: they cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

"$here/../support/install/install-chromium.sh"
"$here/install-firefox.sh" "$here/../../.cache/firefox"
"$here/install-webkit.sh" "$here/../../.cache/webkit"
