#!/bin/sh
# OCA's addons of requirements.txt from PyPI, for the Odoo 19 that install-odoo19.sh made:
#
#   install-addons.sh DIR ODOO19     then start DIR/odoo; the addons are in DIR/addons
#
# None of their dependencies are installed: they are Odoo itself, and libraries that came with it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR ODOO19}")
odoo=$(realpath -m "${2:?usage: $0 DIR ODOO19}")/root

build() {
  unpack_wheels "$here/requirements.txt" "$target/python"
  mv "$target/python/odoo/addons" "$target/addons"
  rm -rf "$target/python/odoo"
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
