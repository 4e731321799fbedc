#!/bin/sh
# Installs one series of Odoo, if it is not there yet, and runs all tests of it:
#
#   run.sh odoo19 [OPTIONS OF VITEST]
#
# Exit code 3: Debian's packages cannot be had here.
set -eu
cd "$(dirname "$0")/../.."

series=${1:?usage: $0 SERIES [OPTIONS OF VITEST]}
shift
sh test/odoo/install.sh "$series"
npm run --silent build
exec npx vitest run --project "$series" "$@"
