#!/bin/sh
# A real Odoo 14 on Debian 12, without installing anything on the machine:
#
#   install-odoo14.sh DIR     then start DIR/odoo, as a user that is not root
#
# Odoo comes from Debian 11, where it is packaged, with that release's Python 3.9 and its libraries: it does not run on newer
# ones. The C library is the machine's own, which runs older programs. All of it is unpacked into DIR/root, about 360 MB.
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")

# What apt is told to be there already. First what has to be the machine's own: a second C library would not fit its loader.
# Then what Odoo can do without: makers of PDF and of pictures with all of X, and what only scripts of the packages need.
present='libc6 libcrypt1 libgcc-s1 libstdc++6
  graphviz wkhtmltopdf
  adduser ca-certificates debconf dpkg init-system-helpers lsb-base mime-support netbase openssl passwd perl perl-base
  postgresql-client sed sgml-base xml-core'

write_status() {
  for package in $present; do
    # "same" and "foreign" as apt has to find them for packages of either kind.
    case $package in lib*) kind=same ;; *) kind=foreign ;; esac
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nMulti-Arch: %s\nVersion: 99:99\n' \
      "$package" "$(dpkg --print-architecture)" "$kind"
    printf 'Maintainer: nobody <nobody@localhost>\nDescription: present\n\n'
  done >"$target/apt/status"
}

download() {
  use_suite bullseye "$target"
  write_status
  apt_of bullseye "$target" -o Dir::State::status="$target/apt/status" -o Dir::Cache::archives="$target/debs" \
    install -y --download-only --no-install-recommends odoo-14 >/dev/null ||
    unavailable "no package odoo-14 in bullseye of $mirror"
}

write_launcher() {
  cat >"$target/odoo" <<EOF
#!/bin/sh
root='$target/root'
export PYTHONHOME="\$root/usr" PYTHONPATH="\$root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8
export LD_LIBRARY_PATH="\$root/usr/lib/$(multiarch):\$root/lib/$(multiarch)"
exec "\$root/usr/bin/python3.9" "\$root/usr/bin/odoo" "\$@"
EOF
  chmod 755 "$target/odoo"
}

run_python() {
  LD_LIBRARY_PATH="$target/root/usr/lib/$(multiarch):$target/root/lib/$(multiarch)" PYTHONHOME="$target/root/usr" \
    "$target/root/usr/bin/python3.9" "$@"
}

compile() {
  say 'compiling'
  # Debian has the data of this one library at a place that is not relative to the library.
  sed -i "s#'/usr/share/docutils/'#'$target/root/usr/share/docutils/'#" \
    "$target/root/usr/lib/python3/dist-packages/docutils/__init__.py"
  # Each start would compile all of it anew, and warn of what Python 3.9 finds odd in it.
  run_python -W ignore -m compileall -q -j 2 -x "/odoo/addons/" "$target/root/usr/lib/python3.9" "$target/root/usr/lib/python3" >/dev/null ||
    true # Some files are for Python 2.
}

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  download
  say 'unpacking'
  unpack "$target/debs" "$target/root"
  rm -rf "$target/debs" "$target/apt"
  write_launcher
  compile
  say "$("$target/odoo" --version 2>/dev/null)"
}

install_once "$target" 1 build
