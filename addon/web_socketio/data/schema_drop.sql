-- Removes everything that schema.sql made. The addon runs it when it is uninstalled; psql may run it as well.
DO $triggers$
BEGIN
    IF to_regclass('res_users') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS web_socketio_user_changed ON res_users;
    END IF;
    -- Messages of this very transaction still have to send the wake-up, and PostgreSQL drops no table before that is done.
    IF EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass('web_socketio_message') AND tgname = 'web_socketio_wake_up' AND tgdeferrable
    ) THEN
        SET CONSTRAINTS web_socketio_wake_up IMMEDIATE;
    END IF;
END
$triggers$;
DROP TABLE IF EXISTS web_socketio_message, web_socketio_session, web_socketio_sidecar, web_socketio_worker,
    web_socketio_status, web_socketio_state;
DROP FUNCTION IF EXISTS web_socketio_stamp();
DROP FUNCTION IF EXISTS web_socketio_rebase(bigint);
DROP FUNCTION IF EXISTS web_socketio_wake_up();
DROP FUNCTION IF EXISTS web_socketio_requeue(bigint);
DROP FUNCTION IF EXISTS web_socketio_user_changed();
DROP FUNCTION IF EXISTS web_socketio_end_session(bytea);
DROP FUNCTION IF EXISTS web_socketio_identity();
