#!/bin/bash
# Gets the base images of docker-compose.yml: from a registry, and where none is reachable as stand-ins under the same names,
# made of Debian's packages and of npm's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/install/install-lib.sh"

label=web_socketio.stand-in

# Base images of Debian: apt is told what this machine's apt is told, such as the way to a mirror.
debian() {
  docker image inspect "web_socketio-stand-in/debian:$1" >/dev/null 2>&1 && return
  say "making a base image of Debian $1: half a minute"
  root=$(mktemp -d)
  trap 'rm -rf --one-file-system "$root"' RETURN
  debootstrap --variant=minbase "$1" "$root" "$(debian_mirror)" >"$root.log" || { cat "$root.log" >&2; exit 1; }
  rm -rf "$root.log" "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  apt-config dump | grep -E '^Acquire::(Check-|https?::|Languages)' >"$root/etc/apt/apt.conf.d/99machine" || true
  tar -C "$root" -c . | docker import - "web_socketio-stand-in/debian:$1" >/dev/null
}

# The folder from which a stand-in is built: for Node.js, what npm has of it.
context_of() {
  cp -r "$here/stand-in/$1" "$2/context"
  [ "$1" = node ] || return 0
  platform=$(node -p 'process.platform + "-" + process.arch')
  npm install --prefix "$2" --ignore-scripts --no-audit --no-fund --silent "node-$platform@24" npm@11
  mv "$2/node_modules/node-$platform/bin/node" "$2/node_modules/npm" "$2/context"
  cp /etc/ssl/certs/ca-certificates.crt "$2/context/certificates.crt"
}

stand_in() {
  debian "$3"
  say "!!!! $2 IS A STAND-IN: no registry is reachable; it is made of Debian's packages !!!!"
  folder=$(mktemp -d)
  context_of "$1" "$folder"
  DOCKER_BUILDKIT=0 docker build -q -t "$2" --build-arg MIRROR="$(debian_mirror)" "$folder/context" >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; exit 1; }
  rm -rf "$folder"
}

# get NAME IMAGE DEBIAN
get() {
  # An image that is here and is no stand-in is the real one. A stand-in is built again, mostly from the engine's cache.
  is=$(docker image inspect -f "{{index .Config.Labels \"$label\"}}" "$2" 2>/dev/null) || is=missing
  [ "$is" = '' ] || docker pull -q "$2" >/dev/null 2>&1 || stand_in "$@"
}

default_of() {
  sed -nE "s/.*\\\$\\{$1:-([^}]+)\\}.*/\\1/p" "$here/../../docker-compose.yml" | head -n 1
}
get postgres "$(default_of POSTGRES_IMAGE)" bookworm
get node "$(default_of NODE_IMAGE)" bookworm
get nginx "$(default_of NGINX_IMAGE)" sid
get odoo odoo:19.0 bookworm
get prometheus "$(default_of PROMETHEUS_IMAGE)" bookworm
