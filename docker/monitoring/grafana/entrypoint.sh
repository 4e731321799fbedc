#!/bin/sh
# Makes the password of Grafana's user admin, once, into a file that only Grafana can read; then the image's own. To see it:
# docker compose --profile monitoring exec grafana cat /var/lib/grafana/admin-password
set -eu
file=/var/lib/grafana/admin-password
if [ ! -s "$file" ]; then
  # Written as a whole: nobody ever reads half of it.
  (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$file.new")
  mv "$file.new" "$file"
fi
export GF_SECURITY_ADMIN_PASSWORD__FILE="$file"
exec /run.sh "$@"
