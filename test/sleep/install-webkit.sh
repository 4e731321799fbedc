#!/bin/sh
# MiniBrowser of WebKitGTK and a display without a screen, of Debian 12, unpacked into DIR.
#
#   install-webkit.sh DIR     then start DIR/webkit URL
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")
programs=/usr/lib/$(multiarch)/webkit2gtk-4.1

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  need_lists libwebkit2gtk-4.1-0 xvfb
  say 'downloading'
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --no-install-recommends libwebkit2gtk-4.1-0 xvfb xauth >/dev/null ||
    unavailable 'no package libwebkit2gtk-4.1-0'
  unpack "$target/debs" "$target/root"
  rm -rf "$target/debs"
}

# WebKit finds its other programs by a path that is built in. So this process, and nobody else, sees the packages in /usr.
launcher() {
  cat >"$target/webkit" <<LAUNCHER
#!/bin/sh
exec unshare --mount sh -c '
  mount -t overlay overlay -o "lowerdir=$target/root/usr:/usr" /usr || exit 3
  number=\$(mktemp)
  Xvfb -displayfd 4 -screen 0 800x600x24 -nolisten tcp 4>"\$number" 2>/dev/null &
  until [ -s "\$number" ]; do sleep 0.1; done
  export DISPLAY=":\$(cat "\$number")" WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1 LIBGL_ALWAYS_SOFTWARE=1
  rm "\$number"
  exec $programs/MiniBrowser "\$1"
' webkit "\$1"
LAUNCHER
  chmod 755 "$target/webkit"
}

unshare --mount true 2>/dev/null || unavailable 'no mounts of its own for a process'
# Download-only finds nothing to download where they are installed.
if [ -x "$programs/MiniBrowser" ] && command -v Xvfb >/dev/null; then
  mkdir -p "$target/root/usr"
else
  install_once "$target" 2 build
fi
launcher
