#!/bin/sh
# A real Odoo 19 on Debian 12, without installing anything on the machine:
#
#   install-odoo19.sh DIR     then start DIR/odoo, as a user that is not root
#
# Odoo itself comes from Debian sid, where it is packaged, and the Python libraries come from Debian 12: Odoo 19 does
# not run on sid's Python. All of it is unpacked into DIR/root, about 410 MB, and nothing of it is configured.
set -eu
. "$(dirname "$0")/../support/install/install-lib.sh"

target=$(realpath -m "${1:?usage: $0 DIR}")

odoo_packages='odoo-19 fonts-montserrat'
web_packages='libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome fonts-roboto-unhinted
  fonts-inconsolata fonts-ocr-b'
python_packages='asn1crypto babel cbor2 chardet cryptography dateutil docutils freezegun geoip2 gevent greenlet idna
  jinja2 libsass lxml magic markupsafe num2words ofxparse openpyxl openssl passlib pil polib psutil psycopg2 pypdf
  pypdf2 qrcode reportlab requests rjsmin serial stdnum tz urllib3 usb vobject werkzeug xlrd xlsxwriter xlwt zeep'

download() {
  use_suite sid "$target"
  (cd "$target/debs" && apt_of sid "$target" download $odoo_packages) || unavailable "no package odoo-19 in sid of $mirror"

  say 'its libraries, from Debian 12'
  libraries=$(printf 'python3-%s ' $python_packages)
  need_lists $web_packages $libraries
  (cd "$target/debs" && apt-get -qq -o APT::Sandbox::User=root download $web_packages) ||
    unavailable 'some packages of the web client are missing'
  # A download-only installation finds the dependencies, too. The machine's own copies are used where it has some.
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Cache::archives="$target/debs" -o DPkg::Lock::Timeout=300 \
    install -y --download-only --no-install-recommends $libraries >/dev/null ||
    unavailable 'some Python libraries are missing'
}

write_launcher() {
  cat >"$target/odoo" <<EOF
#!/bin/sh
root='$target/root'
export PYTHONPATH="\$root/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8
export LD_LIBRARY_PATH="\$root/usr/lib/$(multiarch)"
exec /usr/bin/python3 "\$root/usr/bin/odoo" "\$@"
EOF
  chmod 755 "$target/odoo"
}

build() {
  mkdir -p "$target/debs/partial" "$target/root"
  download
  say 'unpacking'
  unpack "$target/debs" "$target/root"
  rm -rf "$target/debs" "$target/apt"
  write_launcher
  say "$("$target/odoo" --version 2>/dev/null)"
}

install_once "$target" 1 build
