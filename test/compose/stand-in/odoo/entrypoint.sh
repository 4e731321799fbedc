#!/bin/bash
# As the official image: HOST, PORT, USER and PASSWORD (or PASSWORD_FILE) say where PostgreSQL is.
set -euo pipefail

[ -z "${PASSWORD_FILE:-}" ] || PASSWORD=$(<"$PASSWORD_FILE")
case ${1:-} in
  odoo | --) shift ;;
  -* | '') ;;
  *) exec "$@" ;;
esac
exec odoo "$@" --db_host "${HOST:-db}" --db_port "${PORT:-5432}" --db_user "${USER:-odoo}" --db_password "${PASSWORD:-odoo}"
