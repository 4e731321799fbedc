-- Leaves all tables as they were before any model was live, and tells open pages. The addon runs it when it is
-- uninstalled; psql may run it as well.
DO $drop$
BEGIN
    IF to_regprocedure('web_live_changed()') IS NULL THEN
        RETURN;
    END IF;
    IF to_regclass('web_socketio_message') IS NOT NULL THEN
        INSERT INTO web_socketio_message (channel, "values")
            SELECT 'web_live', json_build_object(
                'model', model, 'op', 'off', 'ids', NULL, 'keys', ARRAY[model, model || ',*']
            )
            FROM (
                SELECT DISTINCT split_part(encode(tgargs, 'escape'), '\000', 1) AS model
                FROM pg_trigger WHERE tgfoid = 'web_live_changed()'::regprocedure
            ) AS live;
    END IF;
    -- With all triggers that call it.
    DROP FUNCTION web_live_changed() CASCADE;
END
$drop$;
