#!/bin/sh
# PgBouncer and psql of Debian 12, unpacked into DIR: an installed package would start a service.
#
#   install-pgbouncer.sh DIR     then start DIR/pgbouncer and DIR/psql
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  need_lists pgbouncer postgresql-client-15
  say 'downloading'
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --no-install-recommends pgbouncer postgresql-client-15 >/dev/null ||
    unavailable 'no packages pgbouncer and postgresql-client-15'
  for package in "$target"/debs/*.deb; do
    dpkg-deb -x "$package" "$target/root"
  done
  rm -rf "$target/debs"
  launcher pgbouncer /usr/sbin/pgbouncer
  launcher psql /usr/lib/postgresql/15/bin/psql
  say "$("$target/pgbouncer" --version | head -n 1), $("$target/psql" --version)"
}

# launcher NAME PROGRAM: of what is installed already nothing was downloaded.
launcher() {
  [ -e "$target/root$2" ] && program=$target/root$2 || program=$2
  cat >"$target/$1" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH='$target/root/usr/lib/$(multiarch)'
exec '$program' "\$@"
EOF
  chmod 755 "$target/$1"
}

install_once "$target" 1 build
