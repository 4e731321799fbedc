#!/bin/sh
# What npm run test:compose needs. Exit code 3: neither is there a Docker engine, nor can Debian's be had here, or
# be started, as in a container without rights.
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"
here=$(cd "$(dirname "$0")" && pwd)

[ "$(id -u)" = 0 ] || docker info >/dev/null 2>&1 || unavailable 'no Docker engine runs, and only root could start one'
"$here/install-docker.sh" "$here/../../.cache/docker"
"$here/../support/install/install-chromium.sh"
command -v debootstrap >/dev/null || {
  need_lists debootstrap
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends debootstrap >/dev/null ||
    unavailable 'no package debootstrap'
}
bash "$here/with-engine.sh" --probe || unavailable "Debian's engine does not start here, see above"
