#!/bin/bash
# The Python worker, with the same addons and the same configuration as OpenERP or Odoo. Arguments go to it.
set -euo pipefail
. /opt/web_socketio/settings.sh

python=python3
[ "${series%%.*}" -ge 14 ] || python=python2
exec "$python" "$home/addon/web_socketio" -c "$conf" -d "$database" --sidecar http://sidecar:8068 \
  ${PYTHON_MAX_CURSOR:+--max-cursor "$PYTHON_MAX_CURSOR"} "$@"
