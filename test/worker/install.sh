#!/bin/sh
# What the Python worker needs besides OpenERP or Odoo, from PyPI, unpacked into `.cache`, for Python 3 and for Python 2.7 where
# there is one. Exit code 3: it cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache
. "$here/../support/install/install-lib.sh"

# These files and no others, whichever index has them. Another file under one of their names is no missing package.
get() {
  python=$1 requirements=$2 to=$3
  mkdir -p "$to.wheels" "$to"
  if ! "$python" -m pip --disable-pip-version-check --no-cache-dir download --quiet --no-deps --only-binary :all: \
    --require-hashes --dest "$to.wheels" --requirement "$requirements" 2>"$to.errors"; then
    cat "$to.errors" >&2
    if grep -q 'DO NOT MATCH THE HASHES' "$to.errors"; then
      say "a file is not the one of $requirements"
      exit 1
    fi
    unavailable "PyPI does not give the files of $requirements to $python"
  fi
  for wheel in "$to".wheels/*.whl; do
    "$python" -m zipfile -e "$wheel" "$to"
  done
  # Python 2.7 knows no packages without this file.
  touch "$to/zope/__init__.py"
  rm -rf "$to.wheels" "$to.errors"
}

build() {
  say 'downloading from PyPI'
  get "$(command -v python3)" "$here/requirements.txt" "$1/python3"
  python2=$(find_python2)
  if [ -n "$python2" ]; then
    get "$python2" "$here/requirements-2.7.txt" "$1/python2"
  fi
}

# A command that is there may still run nothing, as pyenv's for a version that was not chosen.
find_python2() {
  for one in python2.7 python2 "$HOME"/.pyenv/versions/2.7.*/bin/python2.7; do
    if "$one" -c 'import sys; assert sys.version_info[:2] == (2, 7)' 2>/dev/null; then
      echo "$one"
      return 0
    fi
  done
}

python3 -m pip --version >/dev/null 2>&1 || unavailable 'no python3 with pip (Debian: python3-pip)'
install_once "$cache/python-worker" 1 build
