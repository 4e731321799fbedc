#!/bin/sh
# Docker's engine and Compose 1.29 of Debian 12, and Compose 2 of Debian sid, unpacked into DIR. Nothing of it is installed
# on the machine or started: installed packages would start a service.
#
#   install-docker.sh DIR     then DIR/bin holds dockerd, docker, docker-compose (1.29) and docker-compose-2
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")

build() {
  mkdir -p "$target/debs/partial" "$target/root" "$target/bin"
  need_lists docker.io docker-compose
  say 'downloading'
  # As if nothing were installed: what the machine has is not on the paths of the launchers below.
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --reinstall --no-install-recommends docker.io docker-compose >/dev/null ||
    unavailable 'no packages docker.io and docker-compose'
  for package in "$target"/debs/*.deb; do
    dpkg-deb -x "$package" "$target/root"
  done
  use_suite sid "$target"
  (cd "$target/debs" && rm ./*.deb && apt_of sid "$target" download docker-compose) || unavailable 'no package docker-compose in sid'
  dpkg-deb -x "$target"/debs/docker-compose_*.deb "$target/sid"
  rm -rf "$target/debs" "$target/apt"
  write_launchers
  say "$("$target/bin/docker-compose" version --short), $("$target/bin/docker-compose-2" version --short)"
}

write_launchers() {
  libraries=$target/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
  for name in containerd containerd-shim-runc-v2 docker docker-init docker-proxy dockerd runc; do
    program=$(find "$target/root/usr/sbin/$name" "$target/root/usr/bin/$name" 2>/dev/null | head -n 1)
    [ -z "$program" ] || ln -sf "$program" "$target/bin/$name"
  done
  launcher docker-compose "PYTHONPATH='$target/root/usr/lib/python3/dist-packages' exec /usr/bin/python3 '$target/root/usr/bin/docker-compose'"
  ln -sf "$target/sid/usr/bin/docker-compose" "$target/bin/docker-compose-2"
  # A machine with iptables uses its own.
  [ -x "$target/root/usr/sbin/xtables-nft-multi" ] || return 0
  for name in iptables ip6tables iptables-save iptables-restore; do
    launcher $name "XTABLES_LIBDIR='$libraries/xtables' LD_LIBRARY_PATH='$libraries' exec -a $name '$target/root/usr/sbin/xtables-nft-multi'"
  done
}

# Bash, for exec -a: iptables looks at its own name.
launcher() {
  printf '#!/bin/bash\n%s "$@"\n' "$2" >"$target/bin/$1"
  chmod 755 "$target/bin/$1"
}

install_once "$target" 1 build
