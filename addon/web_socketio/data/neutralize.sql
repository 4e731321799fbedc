-- Odoo runs this in a copy that is to do no harm: its pages would go to the sidecar of the original, its handlers would
-- carry out what waits in the original, too, and its sessions, its sidecars and its Python workers are none of its own.
DELETE FROM ir_config_parameter WHERE key = 'web_socketio.url';
DELETE FROM web_socketio_message;
DELETE FROM web_socketio_session;
-- The module in the database may be older than these files, without the younger tables.
DO $tables$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['web_socketio_worker', 'web_socketio_status'] LOOP
        IF to_regclass(name) IS NOT NULL THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END
$tables$;
