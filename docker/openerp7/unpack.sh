#!/bin/sh
# Unpacks an archive of OpenERP 7.0 into /opt/openerp: unpack.sh ARCHIVE SHA256. The archive is an address, or a file that lies
# in this folder.
set -eu
cd "$(dirname "$0")"
archive=${1:-} sha256=${2:-}

fail() { echo "$*" >&2; exit 1; }

[ -n "$archive" ] || fail 'archive_missing: Set OPENERP7_ARCHIVE in .env to the address of a release archive of OpenERP 7.0, or to the name of one in docker/openerp7.'
[ -n "$sha256" ] || fail 'archive_unchecked: Set OPENERP7_SHA256 in .env to the SHA-256 sum of the archive that you mean: sha256sum FILE.'
case $archive in
  http://* | https://*)
    curl -fsSL -o archive "$archive" || fail "archive_missing: '$archive' of OPENERP7_ARCHIVE cannot be downloaded." ;;
  *)
    [ -f "$archive" ] || fail "archive_missing: There is no docker/openerp7/$archive. Correct OPENERP7_ARCHIVE in .env."
    mv "$archive" archive ;;
esac
found=$(sha256sum archive | cut -d ' ' -f 1)
[ "$found" = "$sha256" ] || fail "archive_changed: The SHA-256 sum of '$archive' is $found. OPENERP7_SHA256 in .env is another."
mkdir /opt/openerp
tar -x -f archive --no-same-owner --strip-components=1 -C /opt/openerp
[ -f /opt/openerp/openerp-server ] || fail "archive_invalid: '$archive' holds no openerp-server in its first folder."
grep -q 'version_info = (7, 0' /opt/openerp/openerp/release.py || fail "archive_invalid: '$archive' is not of OpenERP 7.0."
cp -r pychart /opt/openerp/
printf '#!/bin/sh\nexec python2.7 /opt/openerp/openerp-server "$@"\n' >/usr/local/bin/openerp-server
chmod 755 /usr/local/bin/openerp-server
