#!/bin/bash
# When the data are made: OpenERP's role, which may make databases and is no superuser, and the sidecar's, which gets its
# few rights when the module has been installed. OpenERP may end the sidecar's connections, as its database manager does.
set -euo pipefail
psql -q -v ON_ERROR_STOP=1 -U postgres <<'SQL'
CREATE ROLE openerp LOGIN CREATEDB;
CREATE ROLE web_socketio LOGIN;
GRANT web_socketio TO openerp;
SQL
set-passwords
