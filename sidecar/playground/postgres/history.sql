-- What became of each message of the demonstration, for the page to show. Of the playground alone: a trigger that sends
-- NOTIFY in every transaction would cost a real database most of its commits.
CREATE TABLE IF NOT EXISTS playground_history (
    id bigserial PRIMARY KEY,
    message_id bigint NOT NULL,
    channel text NOT NULL,
    uid integer,
    date timestamp without time zone NOT NULL,
    "values" json NOT NULL,
    state text NOT NULL
);

CREATE OR REPLACE FUNCTION playground_remember() RETURNS trigger LANGUAGE plpgsql AS $remember$
DECLARE
    message web_socketio_message := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    state text;
    history_id bigint;
BEGIN
    IF left(message.channel, 17) <> 'web_socketio_demo' THEN
        RETURN NULL;
    END IF;
    state := CASE
        WHEN TG_OP = 'INSERT' THEN 'waiting'
        -- What nobody holds has grown old.
        WHEN TG_OP = 'DELETE' THEN CASE WHEN OLD.lease IS NOT NULL THEN 'confirmed' END
        WHEN NEW.dead IS NOT NULL AND OLD.dead IS NULL THEN 'set aside'
        WHEN NEW.lease IS NOT NULL AND OLD.lease IS NULL THEN 'taken'
        WHEN NEW.lease IS NULL AND (OLD.lease IS NOT NULL OR OLD.dead IS NOT NULL) THEN 'put back'
    END;
    IF state IS NOT NULL THEN
        INSERT INTO playground_history (message_id, channel, uid, date, "values", state)
            VALUES (message.id, message.channel, message.uid, message.date, message."values", state)
            RETURNING id INTO history_id;
        PERFORM pg_notify('web_socketio_playground', history_id::text);
    END IF;
    RETURN NULL;
END
$remember$;
DROP TRIGGER IF EXISTS playground_remember ON web_socketio_message;
CREATE TRIGGER playground_remember AFTER INSERT OR UPDATE OR DELETE ON web_socketio_message
    FOR EACH ROW EXECUTE PROCEDURE playground_remember();

DELETE FROM playground_history WHERE id <= (SELECT max(id) FROM playground_history) - 200;
