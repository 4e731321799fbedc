#!/bin/sh
# pylint-odoo and whool, from PyPI, unpacked into `.cache`, on Debian 12 as root. What is there already is kept, so running it
# again costs nothing. Exit code 3: they cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache
. "$here/../support/install/install-lib.sh"

build() {
  unpack_wheels "$here/requirements.txt" "$1/python"
}

install_once "$cache/packaging" "$(sha256sum "$here/requirements.txt" | cut -d ' ' -f 1)" build
