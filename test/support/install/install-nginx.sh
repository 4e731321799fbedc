#!/bin/sh
# nginx of Debian 12, unpacked into DIR and started by nobody but the tests: an installed package would start a service.
#
#   install-nginx.sh DIR     then start DIR/nginx
set -eu
. "$(dirname "$0")/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  need_lists nginx
  say 'downloading'
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --no-install-recommends nginx >/dev/null || unavailable 'no package nginx'
  for package in "$target"/debs/*.deb; do
    dpkg-deb -x "$package" "$target/root"
  done
  rm -rf "$target/debs"
  cat >"$target/nginx" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH='$target/root/usr/lib/$(multiarch)'
exec '$target/root/usr/sbin/nginx' "\$@"
EOF
  chmod 755 "$target/nginx"
  say "$("$target/nginx" -v 2>&1)"
}

# A machine that has nginx already needs no second one; download-only would find nothing to download there.
if command -v nginx >/dev/null; then
  mkdir -p "$target"
  ln -sf "$(command -v nginx)" "$target/nginx"
  say "using $(command -v nginx)"
else
  install_once "$target" 1 build
fi
