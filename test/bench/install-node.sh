#!/bin/sh
# install-node.sh VERSION: another Node, such as 24, from the npm package that has the program in it, unpacked into `.cache`.
# The last line of the output is the program. Exit code 3: it cannot be had here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache
. "$here/../support/install/install-lib.sh"
version=$1

build() {
  say 'downloading from the npm registry'
  npm install --prefix "$1" --no-audit --no-fund --no-save --ignore-scripts "node-$platform@$version" >"$1/log" 2>&1 || {
    cat "$1/log" >&2
    unavailable "no npm package node-$platform@$version"
  }
  ln -sfn "$1/node_modules/node-$platform/bin" "$1/bin"
  say "$("$1/bin/node" --version)"
}

platform=$(node -p 'process.platform + "-" + process.arch')
install_once "$cache/bench-node/$version" "$version" build
echo "$cache/bench-node/$version/bin/node"
