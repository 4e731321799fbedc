#!/bin/sh
# Prometheus and promtool of Debian 12, unpacked into DIR: an installed package would start a service. Neither needs what the package
# depends on, which is for its pages.
#
#   install-prometheus.sh DIR     then start DIR/prometheus and DIR/promtool
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")

build() {
  mkdir -p "$target/debs" "$target/root"
  need_lists prometheus
  say 'downloading'
  (cd "$target/debs" && apt-get -qq -o APT::Sandbox::User=root download prometheus >/dev/null) ||
    unavailable 'no package prometheus'
  for package in "$target"/debs/*.deb; do
    dpkg-deb -x "$package" "$target/root"
  done
  rm -rf "$target/debs"
  for program in prometheus promtool; do
    ln -s "root/usr/bin/$program" "$target/$program"
  done
  say "$("$target/prometheus" --version 2>&1 | head -n 1)"
}

install_once "$target" 1 build
