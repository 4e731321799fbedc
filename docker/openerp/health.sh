#!/bin/bash
# For Docker. The first page tells that OpenERP has loaded its database; later the port is enough, since each request
# would be a line in OpenERP's log, and in 7.0 a session that stays.
set -euo pipefail
if [ -e /run/openerp/ready ]; then
  exec 3<>/dev/tcp/127.0.0.1/8069
else
  curl -fsSL -o /dev/null http://127.0.0.1:8069/
  touch /run/openerp/ready
fi
