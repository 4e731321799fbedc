-- A role for the sidecar that can do its work and nothing else: it reads no user, no partner and no password of OpenERP.
-- Run it in each database after the module was installed, as a superuser, or as a role that may create roles and owns the
-- tables:
--
--   psql -d mydb -v role=web_socketio -f sidecar_role.sql
--
-- then give the role a password, \password web_socketio, and the sidecar WEB_SOCKETIO_DB_USER and
-- WEB_SOCKETIO_DB_PASSWORD. Running it again changes nothing. The uninstallation of the module takes the rights away with
-- the tables; DROP OWNED BY web_socketio does so for what is left.
\set ON_ERROR_STOP on

-- The tables may be in any schema: where Odoo's role has a search_path of its own, psql's leads elsewhere.
DO $tables$
DECLARE
    missing text;
    places text;
BEGIN
    SELECT string_agg(name, ', ') INTO missing
    FROM unnest(ARRAY['web_socketio_message', 'web_socketio_sidecar', 'web_socketio_state', 'web_socketio_session',
        'ir_module_module']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND relkind IN ('r', 'p') AND relpersistence <> 't');
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The database "%" has no table %.', current_database(), missing
            USING HINT = 'Install the module web_socketio in it first, or name another one: psql -d mydb.';
    END IF;
    SELECT string_agg(relnamespace::regnamespace::text, ', ' ORDER BY relnamespace::regnamespace::text) INTO places
    FROM pg_class WHERE relname = 'web_socketio_message' AND relkind IN ('r', 'p') AND relpersistence <> 't'
    HAVING count(*) > 1;
    IF places IS NOT NULL AND to_regclass('web_socketio_message') IS NULL THEN
        RAISE EXCEPTION 'The tables of web_socketio are in several schemas: %.', places
            USING HINT = 'Say which: PGOPTIONS=''-c search_path=odoo'' psql -d mydb …';
    END IF;
END
$tables$;

SELECT relnamespace::regnamespace AS schema, relowner::regrole AS owner
    FROM pg_class WHERE relname = 'web_socketio_message' AND relkind IN ('r', 'p') AND relpersistence <> 't'
    ORDER BY (oid = to_regclass('web_socketio_message')) IS TRUE DESC LIMIT 1 \gset
-- Odoo's own table: beside the others, or where the search_path leads.
SELECT relnamespace::regnamespace AS modules
    FROM pg_class WHERE relname = 'ir_module_module' AND relkind IN ('r', 'p') AND relpersistence <> 't'
    ORDER BY (relnamespace = :'schema'::regnamespace) DESC, (oid = to_regclass('ir_module_module')) IS TRUE DESC
    LIMIT 1 \gset

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', :'role')
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA :schema, :modules TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON :schema.web_socketio_message, :schema.web_socketio_sidecar TO :"role";
-- Tables of version 3 have none.
SELECT format('GRANT SELECT ON %s.web_socketio_worker TO %I', :'schema', :'role')
    WHERE to_regclass(format('%s.web_socketio_worker', :'schema')) IS NOT NULL \gexec
-- Tables of version 4 have none.
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s.web_socketio_status TO %I', :'schema', :'role')
    WHERE to_regclass(format('%s.web_socketio_status', :'schema')) IS NOT NULL \gexec
GRANT USAGE ON SEQUENCE :schema.web_socketio_message_id_seq TO :"role";
GRANT SELECT, UPDATE ON :schema.web_socketio_state TO :"role";
-- All but "sealed", which finds the session in Odoo's store. Tables of version 2 had the grant as a whole.
REVOKE SELECT ON :schema.web_socketio_session FROM :"role";
GRANT SELECT (token_sha256, uid, session_hash, context, expires, proof_due, ended, issuer, origin, checked, locked),
    DELETE ON :schema.web_socketio_session TO :"role";
GRANT EXECUTE ON FUNCTION :schema.web_socketio_identity() TO :"role";
GRANT EXECUTE ON FUNCTION :schema.web_socketio_rebase(bigint) TO :"role";
GRANT SELECT (name, state) ON :modules.ir_module_module TO :"role";

-- Odoo's own bus, where web_socketio_bus is installed: its notifications, and what that module made. Installed later, the
-- module gives these rights by itself to a role that has the others.
SELECT format('GRANT SELECT ON %1$s.bus_bus TO %2$I', :'modules', :'role'),
    format('GRANT EXECUTE ON FUNCTION %1$s.web_socketio_bus_mark(text), %1$s.web_socketio_bus_heal() TO %2$I',
        :'modules', :'role')
    WHERE to_regprocedure(format('%s.web_socketio_bus_mark(text)', :'modules')) IS NOT NULL \gexec

-- Odoo ends all connections to a database before it duplicates or drops it, which it may do to those of a role that it
-- is a member of. A role that somebody else made may not be for this one to grant.
SELECT format(
    $member$
    DO $grant$
    BEGIN
        GRANT %1$I TO %2$s;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING '%% is no member of %%: Odoo can neither duplicate nor drop this database while the sidecar runs', %2$L, %1$L
            USING HINT = 'As a superuser: GRANT %1$I TO %2$s';
    END
    $grant$
    $member$, :'role', :'owner'
) WHERE NOT pg_has_role(:'owner'::regrole, :'role'::regrole, 'USAGE') \gexec
