#!/bin/sh
# The client of Socket.IO for Python, from PyPI, unpacked into `.cache`. Exit code 3: it cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache
. "$here/../support/install/install-lib.sh"

# These files and no others, whichever index has them. Another file under one of their names is no missing package.
build() {
  mkdir -p "$1/wheels" "$1/packages"
  say 'downloading from PyPI'
  if ! python3 -m pip --disable-pip-version-check --no-cache-dir download --quiet --no-deps --only-binary :all: \
    --require-hashes --dest "$1/wheels" --requirement "$here/requirements.txt" 2>"$1/errors"; then
    cat "$1/errors" >&2
    if grep -q 'DO NOT MATCH THE HASHES' "$1/errors"; then
      say "a file is not the one of $here/requirements.txt"
      exit 1
    fi
    unavailable "PyPI does not give the files of $here/requirements.txt"
  fi
  for wheel in "$1"/wheels/*.whl; do
    python3 -m zipfile -e "$wheel" "$1/packages"
  done
  rm -rf "$1/wheels" "$1/errors"
}

python3 -m pip --version >/dev/null 2>&1 || unavailable 'no python3 with pip (Debian: python3-pip)'
install_once "$cache/python-client" 1 build
