-- The function behind the triggers of live models, for PostgreSQL 10 to 18. The addon runs this file at installation and at
-- each update; psql may run it as well, after that of web_socketio. Running it again changes nothing. schema_drop.sql
-- removes all of it. The addon makes the triggers themselves, for the models that are chosen.

DO $check$
BEGIN
    IF to_regclass('web_socketio_message') IS NULL THEN
        RAISE EXCEPTION 'The table web_socketio_message is missing in %', current_schema()
            USING HINT = 'Install the module web_socketio first, or set the search_path with which it was installed.';
    END IF;
END
$check$;

-- Sends one message for each statement that has touched rows, in the transaction of the statement. It is called with the
-- rows in the transition table "changed": the new ones, of DELETE the old ones, of TRUNCATE none.
--
-- Arguments: the model; 'who' if its rows say who wrote them, else ''; and for a table that the model inherits from by
-- `_inherits`, the way from there to the model: table, column, table, column. Such a model changes when its parent does.
--
-- Who: the rows say it, but after plain SQL they say who wrote them before. The ORM sets write_date to the time of the
-- transaction, and plain SQL does not. Rows that are deleted say nothing: the addon sets web_live.uid for the transaction.
--
-- Nothing here lets a statement fail. There is no handler for exceptions: it would make each statement a subtransaction,
-- and an import with more than 64 of them slows the whole server down.
CREATE OR REPLACE FUNCTION web_live_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $changed$
DECLARE
    -- More would make a message larger than loading a view once.
    most CONSTANT integer := 100;
    model CONSTANT text := TG_ARGV[0];
    op text := CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'write' WHEN 'DELETE' THEN 'unlink' ELSE 'many' END;
    changed_ids bigint[];
    author integer;
    origin text := 'changed';
    keys text[];
BEGIN
    -- Somebody has removed web_socketio by its script, which knows nothing of these triggers.
    IF to_regclass('web_socketio_message') IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_NARGS > 2 THEN
        FOR step IN 1 .. (TG_NARGS - 2) / 2 LOOP
            -- A module is being uninstalled, or a migration is at work: Odoo itself could not read the model now.
            IF NOT EXISTS (
                SELECT FROM pg_attribute
                WHERE attrelid = to_regclass(quote_ident(TG_ARGV[step * 2])) AND attname = TG_ARGV[step * 2 + 1]
                  AND atttypid IN ('integer'::regtype, 'bigint'::regtype) AND NOT attisdropped
            ) THEN
                RETURN NULL;
            END IF;
            origin := origin || format(
                ' JOIN %I AS step%s ON step%s.%I = %s.id', TG_ARGV[step * 2], step, step, TG_ARGV[step * 2 + 1],
                CASE step WHEN 1 THEN 'changed' ELSE 'step' || step - 1 END
            );
        END LOOP;
        EXECUTE format(
            'SELECT array_agg(DISTINCT step%s.id), %s FROM %s', (TG_NARGS - 2) / 2,
            CASE TG_ARGV[1] WHEN 'who' THEN
                'CASE WHEN count(*) = count(changed.write_uid) FILTER (WHERE changed.write_date = now() AT TIME ZONE ''UTC'')
                       AND min(changed.write_uid) = max(changed.write_uid) THEN min(changed.write_uid) END'
            ELSE 'NULL' END, origin
        ) INTO changed_ids, author;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(changed.id), nullif(current_setting('web_live.uid', true), '')::integer
            INTO changed_ids, author FROM changed;
    ELSIF TG_OP <> 'TRUNCATE' AND TG_ARGV[1] = 'who' THEN
        SELECT array_agg(changed.id),
            CASE WHEN count(*) = count(changed.write_uid) FILTER (WHERE changed.write_date = now() AT TIME ZONE 'UTC')
                  AND min(changed.write_uid) = max(changed.write_uid) THEN min(changed.write_uid) END
            INTO changed_ids, author FROM changed;
    ELSIF TG_OP <> 'TRUNCATE' THEN
        SELECT array_agg(changed.id) INTO changed_ids FROM changed;
    END IF;
    IF changed_ids IS NULL AND TG_OP <> 'TRUNCATE' THEN
        RETURN NULL;
    END IF;

    IF cardinality(changed_ids) <= most THEN
        IF cardinality(changed_ids) > 1 THEN
            changed_ids := ARRAY(SELECT one FROM unnest(changed_ids) AS one ORDER BY one);
        END IF;
        keys := ARRAY[model];
        FOR place IN 1 .. cardinality(changed_ids) LOOP
            keys := keys || (model || ',' || changed_ids[place]);
        END LOOP;
    ELSE
        op := 'many';
        changed_ids := NULL;
        keys := ARRAY[model, model || ',*'];
    END IF;
    INSERT INTO web_socketio_message (channel, uid, "values")
        VALUES ('web_live', author, json_build_object('model', model, 'op', op, 'ids', changed_ids, 'keys', keys));
    RETURN NULL;
END
$changed$;
-- Who may make triggers on a table of his own is not to send messages in the name of another one.
REVOKE ALL ON FUNCTION web_live_changed() FROM PUBLIC;

-- As its owner and in this schema: whoever changes a live table sends a message, also a role that knows of nothing else.
DO $bind$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION web_live_changed() SET search_path = pg_catalog, %I, pg_temp', current_schema()
    );
END
$bind$;
