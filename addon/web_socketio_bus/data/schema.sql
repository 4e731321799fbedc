-- What the sidecar needs to read Odoo's bus without loss, for PostgreSQL 10 to 18: a column, two indexes, a trigger and two
-- functions. The addon runs this file at installation and at each update; psql may run it as well, after that of
-- web_socketio. Running it again changes nothing. schema_drop.sql removes all of it.

DO $check$
BEGIN
    IF to_regclass('bus_bus') IS NULL OR to_regprocedure('web_socketio_wake_up()') IS NULL THEN
        RAISE EXCEPTION 'The table bus_bus or the function web_socketio_wake_up() is missing in %', current_schema()
            USING HINT = 'Install the modules bus and web_socketio first, or set the search_path with which they were installed.';
    END IF;
    -- Notifications of this very transaction may still have to send the wake-up, and PostgreSQL changes no table before
    -- that is done.
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'bus_bus'::regclass AND tgname = 'web_socketio_bus_wake_up') THEN
        SET CONSTRAINTS web_socketio_bus_wake_up IMMEDIATE;
    END IF;
END
$check$;

-- The transaction that wrote a notification: ids are given before the commit, so who remembers the last id loses what
-- commits late. As two statements, since a column with a changing default would be written into every row: those of before
-- have none, and are known by their ids alone.
ALTER TABLE bus_bus ADD COLUMN IF NOT EXISTS txid bigint;
ALTER TABLE bus_bus ALTER COLUMN txid SET DEFAULT txid_current();
-- What is new is asked for by transaction, and what a page missed by channel.
CREATE INDEX IF NOT EXISTS web_socketio_bus_txid_id_idx ON bus_bus (txid, id);
CREATE INDEX IF NOT EXISTS web_socketio_bus_channel_txid_id_idx ON bus_bus (channel, txid, id);

-- As on web_socketio_message, where the why is: a NOTIFY only while a sidecar waits for one, and one of a transaction. A
-- mark wakes up nobody: who wrote it has read it.
DROP TRIGGER IF EXISTS web_socketio_bus_wake_up ON bus_bus;
CREATE CONSTRAINT TRIGGER web_socketio_bus_wake_up AFTER INSERT ON bus_bus
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (CASE WHEN right(NEW.channel, 29) IS DISTINCT FROM ',"web_socketio_bus.position"]'
                    AND CASE WHEN pg_try_advisory_lock(8068, 1) THEN NOT pg_advisory_unlock(8068, 1) ELSE true END
                    AND current_setting('web_socketio.woken', true) IS DISTINCT FROM NEW.txid::text
               THEN set_config('web_socketio.woken', NEW.txid::text, true) IS NOT NULL ELSE false END)
    EXECUTE PROCEDURE web_socketio_wake_up();
ALTER TABLE bus_bus ENABLE ALWAYS TRIGGER web_socketio_bus_wake_up;

-- Writes a mark: a row that says what a page has received once it got this far. Pages send the id of the last row of a frame
-- back when they return, and by that of a notification nobody could tell what was sent while older transactions were open.
-- It is on a channel of its own, and goes with the rest when Odoo cleans up the bus.
CREATE OR REPLACE FUNCTION web_socketio_bus_mark(payload text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER AS $mark$
    INSERT INTO bus_bus (create_date, channel, message)
    VALUES (
        now() AT TIME ZONE 'UTC',
        '[' || to_json(current_database()::text) || ',"web_socketio_bus.position"]',
        '{"type":"web_socketio_bus.position","payload":' || payload::json || '}'
    )
    RETURNING id
$mark$;
REVOKE ALL ON FUNCTION web_socketio_bus_mark(text) FROM PUBLIC;

-- Takes rows for old whose transactions are not there yet: they came with a dump from another server, and would be shown
-- never, or again at every read. Returns how many. A sidecar asks for it before it begins to read.
CREATE OR REPLACE FUNCTION web_socketio_bus_heal() RETURNS integer
    LANGUAGE sql SECURITY DEFINER AS $heal$
    WITH healed AS (
        UPDATE bus_bus SET txid = NULL WHERE txid >= txid_snapshot_xmax(txid_current_snapshot()) RETURNING id
    )
    SELECT count(*)::integer FROM healed
$heal$;
REVOKE ALL ON FUNCTION web_socketio_bus_heal() FROM PUBLIC;

-- Bound to the schema in which they were made, as those of web_socketio are. A role that sidecar_role.sql of web_socketio made
-- before gets its rights here, and later ones there.
DO $bind$
DECLARE
    function regprocedure;
    grantee regrole;
BEGIN
    FOREACH function IN ARRAY ARRAY['web_socketio_bus_mark(text)', 'web_socketio_bus_heal()']::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', function, current_schema());
    END LOOP;
    FOR grantee IN
        SELECT acl.grantee FROM pg_proc, aclexplode(proacl) AS acl
        WHERE oid = 'web_socketio_rebase(bigint)'::regprocedure AND acl.grantee NOT IN (0, proowner)
    LOOP
        EXECUTE format('GRANT SELECT ON bus_bus TO %s', grantee);
        EXECUTE format('GRANT EXECUTE ON FUNCTION web_socketio_bus_mark(text), web_socketio_bus_heal() TO %s', grantee);
    END LOOP;
END
$bind$;

-- Sidecars that run look again at what is here.
INSERT INTO web_socketio_message (channel, "values") VALUES ('web_socketio.control', '{"type": "schema_changed"}');
