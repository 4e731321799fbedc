#!/bin/sh
# Centrifugo, built from its sources by Go into `.cache`. Exit code 3: it cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../../.." && pwd)/.cache
. "$here/../../support/install/install-lib.sh"
version=v6.9.1

build() {
  go=$(command -v go || echo /usr/local/go/bin/go)
  [ -x "$go" ] || unavailable 'Centrifugo is built by Go, and there is none here. Install Go 1.26 or later from https://go.dev/dl/ and run this again'
  say "building Centrifugo $version by $("$go" version); this takes two minutes, and 2 GB until it is done"
  # Go's own folders stay as they are. Without the option nobody but root could remove the sources again.
  GOPATH="$1/go" GOCACHE="$1/go-cache" GOBIN="$1/bin" GOFLAGS=-modcacherw \
    "$go" install "github.com/centrifugal/centrifugo/v6@$version" >"$1/log" 2>&1 || {
    cat "$1/log" >&2
    unavailable "Go did not build Centrifugo $version"
  }
  rm -rf "$1/go" "$1/go-cache"
}

install_once "$cache/centrifugo" "$version" build
