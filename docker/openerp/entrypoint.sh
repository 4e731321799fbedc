#!/bin/bash
# OpenERP or Odoo with the addons of web_socketio. At each start, what is missing is done: the database, the modules of
# OPENERP_MODULES, updates of the addons, the rights of the sidecar. So a start that was interrupted is simply repeated.
# HOST, PORT, USER and PASSWORD or PASSWORD_FILE are those of the official images. Arguments go to the server.
set -euo pipefail
. /opt/web_socketio/settings.sh

modules=${OPENERP_MODULES:-web_socketio_demo} publish=${PUBLISH:-127.0.0.1:8080}
own='web_socketio web_longpolling web_socketio_demo web_socketio_bus web_live'
# nginx sends Odoo's own WebSocket to the sidecar, which serves it by this module. Earlier series have none.
[ "${series%%.*}" -lt 16 ] || modules+=,web_socketio_bus

# Of 7.0 to 9.0 the program has its old name.
server=$(command -v odoo || command -v openerp-server)

# Runs a command to its end, and passes on that the container is to stop. Without `<&0`, bash would give it an empty input.
run() {
  "$@" <&0 &
  local child=$! code=0
  trap 'stopped=yes; kill -TERM $child' TERM INT
  # A signal ends `wait`, too.
  while wait $child && code=0 || code=$?; kill -0 $child 2>/dev/null; do :; done
  trap - TERM INT
  [ -z "${stopped:-}" ] || exit 143
  return $code
}
query() { psql -XAtq -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

waits=
until error=$(query postgres '' 2>&1); do
  case $error in
    *'authentication failed'*)
      fail "database_login: PostgreSQL at $host refuses the password of the role '$user'. With the postgres of docker-compose.yml: docker compose exec postgres set-passwords. With another one: correct the file 'password' in OPENERP_PASSWORD_FOLDER of .env." ;;
    *FATAL*does\ not\ exist*)
      fail "database_login: PostgreSQL at $host has no role '$user'. Its volume was made by something else: docker compose down -v removes it, with all data." ;;
  esac
  [ -n "$waits" ] || say "Waiting for PostgreSQL at $host:$port. $error"
  waits=yes
  sleep 1
done

if [ -z "$(query postgres "SELECT 1 FROM pg_database WHERE datname = '$database'")" ]; then
  say "Creating the database '$database'"
  createdb -T template0 -E UTF8 --lc-collate C "$database"
fi
has_modules() { [ "$(query "$database" "SELECT to_regclass('ir_module_module') IS NOT NULL")" = t ]; }
version_of() {
  ! has_modules || query "$database" "SELECT latest_version FROM ir_module_module WHERE name = '$1' AND state = 'installed'"
}

made=$(version_of base)
case $made in
  '' | "$series".*) ;;
  *) fail "series_mismatch: The database '$database' was made by $made, and this is $series. Set OPENERP_SERIES or OPENERP_DATABASE in .env." ;;
esac

install=() update=()
for module in ${modules//,/ }; do
  [ -n "$(version_of "$module")" ] || install+=("$module")
done
for module in $own; do
  old=$(version_of "$module")
  new=$(sed -nE "s/^ *'version': *'([^']+)'.*/\1/p" "$home/addon/$module/__manifest__.py")
  case $old in '' | "$new" | "$series.$new") ;; *) update+=("$module") ;; esac
done
if [ ${#install[@]} -gt 0 ] || [ ${#update[@]} -gt 0 ]; then
  say "Installing: ${install[*]:-nothing}. Updating: ${update[*]:-nothing}. The first time takes a minute"
  # 7.0 looks for it on the command line only; for 19.0 it is in the file, since the flag has another form there.
  tasks=()
  [ "${series%%.*}" -ge 19 ] || tasks+=(--without-demo=all)
  join() { local IFS=,; echo "$*"; }
  # 7.0 and 8.0 look for modules that came after the database was made only when base is updated.
  [ -z "$made" ] || [ "${series%%.*}" -gt 8 ] || [ ${#install[@]} -eq 0 ] || update+=(base)
  [ ${#install[@]} -eq 0 ] || tasks+=(-i "$(join "${install[@]}")")
  [ ${#update[@]} -eq 0 ] || tasks+=(-u "$(join "${update[@]}")")
  run "$server" -c "$conf" -d "$database" "${tasks[@]}" --stop-after-init
  for module in "${install[@]}"; do
    [ -n "$(version_of "$module")" ] || fail "module_missing: '$module' could not be installed in '$database', see above. Correct OPENERP_MODULES in .env, or put the addon into the folder OPENERP_ADDONS."
  done
fi

if [ "$(query "$database" "SELECT to_regclass('web_socketio_message') IS NOT NULL")" = t ]; then
  psql -Xq -v ON_ERROR_STOP=1 -d "$database" -v role=web_socketio -f "$home/addon/web_socketio/data/sidecar_role.sql"
else
  say "module_missing: web_socketio is not installed in '$database', so the sidecar has nothing to do. Add it to OPENERP_MODULES in .env."
fi

users() {
  if "$server" shell --help >/dev/null 2>&1; then
    run "$server" shell -c "$conf" -d "$database" --no-http --log-level=warn < "$home/demo_users.py"
  else
    run "$(command -v python2 || command -v python)" "$home/demo_users.py" "$conf" "$database"
  fi
}
# admin, anna and ben have passwords that everybody knows, which is for this machine only. Each is done once.
marker=/var/lib/odoo/.web_socketio-$database
case $publish in
  127.* | localhost:* | '[::1]':*)
    if [ ! -e "$marker-users" ] && [ -n "$(version_of web_socketio_demo)" ]; then
      users
      touch "$marker-users"
      say "Users of the demonstration: anna, ben and admin, each with the name as password"
    fi ;;
  *)
    if [ ! -e "$marker-closed" ]; then
      export ADMIN_PASSWORD_FILE=/var/lib/odoo/admin_password
      (umask 077; head -c 18 /dev/urandom | base64 >$ADMIN_PASSWORD_FILE)
      users
      touch "$marker-users" "$marker-closed"
      say "Published on $publish: if the password of admin, anna or ben was the name, it is another one now; that of admin is in $ADMIN_PASSWORD_FILE of this container"
    fi ;;
esac

rm -f /run/openerp/ready
exec "$server" -c "$conf" "$@"
