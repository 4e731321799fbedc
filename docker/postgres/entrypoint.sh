#!/bin/bash
# Makes the passwords of the two roles, once, and says what to do with data of another PostgreSQL; then the image's own.
set -euo pipefail

for role in openerp sidecar; do
  file=/run/web_socketio/$role/password
  [ -s "$file" ] && continue
  # Written as a whole: nobody ever reads half of it. Nobody but that role's service sees the volume.
  head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$file.new"
  chmod 444 "$file.new"
  mv "$file.new" "$file"
done

own=$(postgres --version | sed -E 's/.* ([0-9]+).*/\1/')
if [ -s "$PGDATA/PG_VERSION" ] && [ "$(<"$PGDATA/PG_VERSION")" != "$own" ]; then
  theirs=$(<"$PGDATA/PG_VERSION")
  echo "postgres_major: The volume 'postgres' holds data of PostgreSQL $theirs, and this is $own. Set POSTGRES_IMAGE=postgres:$theirs in .env and build again, or dump the data with $theirs and restore them into a new volume." >&2
  exit 1
fi

# Nobody logs in as the superuser but over the socket, in this container.
POSTGRES_PASSWORD=$(head -c 24 /dev/urandom | base64)
export POSTGRES_PASSWORD
exec docker-entrypoint.sh "$@"
