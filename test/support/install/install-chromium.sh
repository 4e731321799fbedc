#!/bin/sh
# Debian's chromium, on the machine itself: its hundred libraries are not worth a private copy, and it starts no service.
set -eu
. "$(dirname "$0")/install-lib.sh"

if [ -x /usr/bin/chromium ]; then
  say '/usr/bin/chromium is there'
  exit 0
fi
need_lists chromium
say 'installing chromium'
DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
  chromium fonts-liberation >/dev/null || unavailable 'no package chromium'
say "$(/usr/bin/chromium --version)"
