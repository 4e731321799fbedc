#!/bin/sh
# Everything that the tests of metrics, dashboard and alerts need, on Debian 12 as root. What is there already is kept, so running it
# again costs nothing. Exit code 3: Debian's packages cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

"$here/install-prometheus.sh" "$(cd "$here/../.." && pwd)/.cache/prometheus"
