#!/bin/sh
# Proxies of Debian 12 that others have in front: HAProxy, Caddy, lighttpd, Varnish, stunnel and squid, unpacked into DIR and
# started by nobody but the tests.
#
#   install-others.sh DIR     then start DIR/haproxy, DIR/caddy, DIR/lighttpd, DIR/varnishd, DIR/stunnel4, DIR/squid
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")
root=$target/root
libraries=$root/usr/lib/$(multiarch)

build() {
  set -- haproxy caddy stunnel4 lighttpd lighttpd-mod-openssl varnish squid
  mkdir -p "$target/apt/debs/partial" "$root"
  need_lists "$@"
  say 'downloading'
  # As on a machine that has none of them: apt would leave out what is installed, and the tests take all from here.
  urls=$(apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/apt/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --reinstall --no-install-recommends "$@" 2>&1 >/dev/null) || unavailable "no packages $* ($urls)"
  unpack "$target/apt/debs" "$root"
  rm -rf "$target/apt"
  for program in haproxy caddy lighttpd varnishd stunnel4 squid; do launcher "$program"; done
}

launcher() {
  program=
  for folder in "$root/usr/sbin" "$root/usr/bin"; do
    [ ! -x "$folder/$1" ] || program=$folder/$1
  done
  [ -n "$program" ] || { say "no program $1"; exit 1; }
  cat >"$target/$1" <<LAUNCHER
#!/bin/sh
export LD_LIBRARY_PATH='$libraries:$libraries/varnish'
exec '$program' "\$@"
LAUNCHER
  chmod 755 "$target/$1"
}

command -v cc >/dev/null || unavailable 'no C compiler, by which Varnish reads its configuration'
install_once "$target" 1 build
