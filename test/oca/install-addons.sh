#!/bin/sh
# OCA's addons of requirements.txt from PyPI, for the Odoo 19 that install-odoo19.sh made:
#
#   install-addons.sh DIR ODOO19     then start DIR/odoo; the addons are in DIR/addons
#
# None of their dependencies are installed: they are Odoo itself, and libraries that came with it. pip is Debian's, as one file
# that runs where it lies; the machine needs none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../odoo/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR ODOO19}")
odoo=$(realpath -m "${2:?usage: $0 DIR ODOO19}")/root

download_pip() {
  need_lists python3-pip-whl
  mkdir -p "$target/pip"
  (cd "$target/pip" && apt-get -qq -o APT::Sandbox::User=root download python3-pip-whl) || unavailable 'no package python3-pip-whl'
  dpkg-deb -x "$target"/pip/python3-pip-whl_*.deb "$target/pip"
  pip=$(echo "$target"/pip/usr/share/python-wheels/pip-*.whl)
}

# These files and no others, whichever index has them. Another file under one of their names is no missing package.
download_wheels() {
  say 'downloading from PyPI'
  PYTHONPATH=$pip /usr/bin/python3 -m pip --disable-pip-version-check --no-cache-dir download --quiet \
    --no-deps --only-binary :all: --require-hashes --dest "$target/wheels" --requirement "$here/requirements.txt" \
    2>"$target/pip/errors" && return 0
  cat "$target/pip/errors" >&2
  if grep -q 'DO NOT MATCH THE HASHES' "$target/pip/errors"; then
    say "a file is not the one of $here/requirements.txt"
    exit 1
  fi
  unavailable "PyPI does not give the files of $here/requirements.txt"
}

build() {
  download_pip
  download_wheels
  mkdir "$target/python"
  for wheel in "$target"/wheels/*.whl; do
    /usr/bin/python3 -m zipfile -e "$wheel" "$target/python"
  done
  mv "$target/python/odoo/addons" "$target/addons"
  rm -rf "$target/python/odoo" "$target/pip" "$target/wheels"
  write_launcher
  say "$(ls "$target/addons" | tr '\n' ' ')"
}

write_launcher() {
  cat >"$target/odoo" <<END
#!/bin/sh
root='$odoo'
export PYTHONPATH="$target/python:\$root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8
export LD_LIBRARY_PATH="\$root/usr/lib/$(multiarch)"
exec /usr/bin/python3 "\$root/usr/bin/odoo" "\$@"
END
  chmod 755 "$target/odoo"
}

install_once "$target" "$(sha256sum "$here/requirements.txt" | cut -d ' ' -f 1)" build
