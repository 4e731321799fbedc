-- A role for the sidecar that can do its work and nothing else: it reads no user, no partner and no password of OpenERP.
-- Run it in each database after the module was installed, as the owner of the tables:
--
--   psql -d mydb -v role=web_socketio -f sidecar_role.sql
--
-- then give the role a password, \password web_socketio, and the sidecar WEB_SOCKETIO_DB_USER and
-- WEB_SOCKETIO_DB_PASSWORD. Running it again changes nothing. The uninstallation of the module takes the rights away with
-- the tables; DROP OWNED BY web_socketio does so for what is left.
SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', :'role')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON web_socketio_message, web_socketio_sidecar TO :"role";
GRANT USAGE ON SEQUENCE web_socketio_message_id_seq TO :"role";
GRANT SELECT, UPDATE ON web_socketio_state TO :"role";
GRANT SELECT, DELETE ON web_socketio_session TO :"role";
GRANT SELECT (name, state) ON ir_module_module TO :"role";
