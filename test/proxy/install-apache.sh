#!/bin/sh
# Apache of Debian 12, unpacked into DIR and started by nobody but the tests: an installed package would start a service.
#
#   install-apache.sh DIR     then start DIR/apache2; its modules are in DIR/modules
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")
libraries=$target/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  need_lists apache2-bin
  say 'downloading'
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --no-install-recommends apache2-bin >/dev/null || unavailable 'no package apache2-bin'
  for package in "$target"/debs/*.deb; do
    dpkg-deb -x "$package" "$target/root"
  done
  rm -rf "$target/debs"
  launcher "$target/root/usr/sbin/apache2" "$target/root/usr/lib/apache2/modules"
}

# launcher PROGRAM MODULES
launcher() {
  ln -sfn "$2" "$target/modules"
  cat >"$target/apache2" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH='$libraries'
exec '$1' "\$@"
EOF
  chmod 755 "$target/apache2"
  say "$("$target/apache2" -v | head -1)"
}

# A machine that has Apache already needs no second one; download-only would find nothing to download there.
if command -v apache2 >/dev/null; then
  mkdir -p "$target"
  launcher "$(command -v apache2)" /usr/lib/apache2/modules
else
  install_once "$target" 1 build
fi
