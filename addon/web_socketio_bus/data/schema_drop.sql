-- Leaves the table of the bus as Odoo made it. The addon runs it when it is uninstalled; psql may run it as well.
DO $drop$
DECLARE
    grantee regrole;
BEGIN
    IF to_regclass('bus_bus') IS NOT NULL THEN
        -- Notifications of this very transaction still have to send the wake-up, and PostgreSQL changes no table before.
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'bus_bus'::regclass AND tgname = 'web_socketio_bus_wake_up') THEN
            SET CONSTRAINTS web_socketio_bus_wake_up IMMEDIATE;
            DROP TRIGGER web_socketio_bus_wake_up ON bus_bus;
        END IF;
        -- Who may write marks is a sidecar's role, and has got this right with that one.
        FOR grantee IN
            SELECT acl.grantee FROM pg_proc, aclexplode(proacl) AS acl
            WHERE oid = to_regprocedure('web_socketio_bus_mark(text)') AND acl.grantee NOT IN (0, proowner)
        LOOP
            EXECUTE format('REVOKE SELECT ON bus_bus FROM %s', grantee);
        END LOOP;
        DROP INDEX IF EXISTS web_socketio_bus_txid_id_idx, web_socketio_bus_channel_txid_id_idx;
        ALTER TABLE bus_bus DROP COLUMN IF EXISTS txid;
        -- Marks stay until Odoo deletes them for their age: open pages name them as what they have received.
    END IF;
    DROP FUNCTION IF EXISTS web_socketio_bus_mark(text);
    DROP FUNCTION IF EXISTS web_socketio_bus_heal();
    IF to_regclass('web_socketio_message') IS NOT NULL THEN
        -- Sidecars that run look again at what is here.
        INSERT INTO web_socketio_message (channel, "values")
            VALUES ('web_socketio.control', '{"type": "schema_changed"}');
    END IF;
END
$drop$;
