#!/bin/sh
# Firefox ESR of Debian 12, unpacked into DIR.
#
#   install-firefox.sh DIR     then start DIR/firefox
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")
libraries=$target/root/usr/lib/$(multiarch)

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  need_lists firefox-esr
  say 'downloading'
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --no-install-recommends firefox-esr >/dev/null || unavailable 'no package firefox-esr'
  unpack "$target/debs" "$target/root"
  rm -rf "$target/debs"
  launcher "$target/root/usr/lib/firefox-esr/firefox-esr"
}

# launcher PROGRAM
launcher() {
  cat >"$target/firefox" <<LAUNCHER
#!/bin/sh
export LD_LIBRARY_PATH='$libraries'
exec '$1' "\$@"
LAUNCHER
  chmod 755 "$target/firefox"
  say "$("$target/firefox" --version)"
}

# Download-only would find nothing to download where it is installed.
if command -v firefox-esr >/dev/null; then
  mkdir -p "$target"
  launcher "$(command -v firefox-esr)"
else
  install_once "$target" 1 build
fi
