#!/bin/sh
# The minifier that OpenERP 7.0 runs all JavaScript through, into DIR/rjsmin.py: started as a program it filters its input.
#
#   install-rjsmin.sh DIR
#
# OpenERP 7.0 holds a copy of rjsmin's one function. Compared with it, on 65 files of OpenERP's own and ours and on 40,000
# random rows of fragments of JavaScript: 1.0.6 always gives the same bytes, but its package refuses Python after 3.3.
# 1.0.11 gives the same for all files and for 39,992 rows; the others have comments before a regular expression. From 1.1
# on it knows template literals, which OpenERP 7.0 does not.
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")
version=1.0.11

build() {
  python3 -m pip --version >/dev/null 2>&1 || unavailable 'python3 has no pip'
  say "downloading rjsmin $version"
  python3 -m pip -q --disable-pip-version-check download --no-deps --no-binary :all: -d "$target" "rjsmin==$version" ||
    unavailable "no rjsmin $version"
  tar -x -z -f "$target/rjsmin-$version.tar.gz" -C "$target" --strip-components=1 "rjsmin-$version/rjsmin.py"
  rm "$target/rjsmin-$version.tar.gz"
}

install_once "$target" "$version" build
