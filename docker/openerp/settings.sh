# Read by what starts in this image: where PostgreSQL is, and the configuration file of OpenERP or Odoo, which has the password.
series=${OPENERP_SERIES:-19.0} database=${OPENERP_DATABASE:-demo-$series}
host=${HOST:-postgres} port=${PORT:-5432} user=${USER:-openerp}
home=/opt/web_socketio conf=/run/openerp/openerp.conf

say() { echo "web_socketio: $*" >&2; }
fail() { say "$*"; exit 1; }

# Passwords stand in files that only this user reads, never on a command line.
umask 077
if [ -n "${PASSWORD_FILE:-}" ]; then
  [ -r "$PASSWORD_FILE" ] && [ -s "$PASSWORD_FILE" ] || fail "database_password: '$PASSWORD_FILE' is missing, empty or not to be read. Put the password of the role '$user' there, or remove OPENERP_PASSWORD_FOLDER from .env."
  PASSWORD=$(<"$PASSWORD_FILE")
fi
export PGHOST=$host PGPORT=$port PGUSER=$user PGPASSFILE=/run/openerp/pgpass
password=${PASSWORD:?database_password: PASSWORD or PASSWORD_FILE has to be set}
unset PASSWORD
echo "*:*:*:*:$(sed 's/[\\:]/\\&/g' <<<"$password")" >"$PGPASSFILE"
# Odoo warns of a folder without addons.
extra=
! compgen -G '/mnt/extra-addons/*/__*__.py' >/dev/null || extra=/mnt/extra-addons
cat >"$conf" <<CONF
[options]
addons_path = ${OPENERP_OWN_ADDONS:+$OPENERP_OWN_ADDONS,}${extra:+$extra,}$home/addon
data_dir = /var/lib/odoo
db_host = $host
db_port = $port
db_user = $user
db_password = $password
db_name = $database
dbfilter = ^${database//./\\.}\$
list_db = False
http_interface = 0.0.0.0
proxy_mode = True
without_demo = True
workers = ${OPENERP_WORKERS:-0}
CONF
umask 022
