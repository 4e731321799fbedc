-- The tables, the bell and the triggers of web_socketio, for PostgreSQL 10 to 18.
--
-- The addon runs this file at installation and at each update; psql may run it as well. Running it again changes
-- nothing. schema_drop.sql removes all of it. These tables have no ORM model on purpose: nothing reaches them by RPC.

DO $check$
BEGIN
    IF current_setting('server_version_num')::int < 100000 THEN
        RAISE EXCEPTION 'web_socketio needs PostgreSQL 10 or later, this is %', current_setting('server_version')
            USING HINT = 'Upgrade PostgreSQL, then install the module again.';
    END IF;
END
$check$;

-- One row for each page that proved who it is. Only the hash of its token is kept, so that a copy of the table opens
-- nothing. proof_due is set when the user's credentials changed: only a renewal by the page clears it.
CREATE TABLE IF NOT EXISTS web_socketio_session (
    token_sha256 bytea PRIMARY KEY,
    uid integer NOT NULL,
    session_hash bytea NOT NULL,
    context text NOT NULL DEFAULT '{}',
    expires timestamp with time zone NOT NULL,
    proof_due timestamp with time zone,
    ended timestamp with time zone
);
CREATE INDEX IF NOT EXISTS web_socketio_session_uid_idx ON web_socketio_session (uid);
CREATE INDEX IF NOT EXISTS web_socketio_session_session_hash_idx ON web_socketio_session (session_hash);
CREATE INDEX IF NOT EXISTS web_socketio_session_expires_idx ON web_socketio_session (expires);

-- One row for each message. The position of a reader is a snapshot, not the last id: ids are given before the commit,
-- so a reader that remembers the last id loses what commits late. "json", since jsonb refuses \u0000.
CREATE TABLE IF NOT EXISTS web_socketio_message (
    id bigserial PRIMARY KEY,
    txid bigint NOT NULL DEFAULT txid_current(),
    channel text NOT NULL,
    uid integer,
    date timestamp without time zone NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
    "values" json NOT NULL DEFAULT '{}',
    attempts integer NOT NULL DEFAULT 0,
    lease uuid,
    dead timestamp with time zone
);
CREATE INDEX IF NOT EXISTS web_socketio_message_txid_id_idx ON web_socketio_message (txid, id);
-- What waits in a queue, what a page missed, and what has grown old are asked for by channel. No index has the column
-- "lease": a claim would then write to every index instead of to the row alone.
CREATE INDEX IF NOT EXISTS web_socketio_message_channel_id_idx ON web_socketio_message (channel, id);
-- Rows of a queue come and go at once, so the usual fifth of the table would let it grow without need; the free fifth
-- of each page is for claims.
ALTER TABLE web_socketio_message SET (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000
);

-- The sidecars that serve this database, with their last heartbeat by PostgreSQL's clock.
CREATE TABLE IF NOT EXISTS web_socketio_sidecar (
    id uuid PRIMARY KEY,
    seen timestamp with time zone NOT NULL DEFAULT now()
);

-- One row: the epoch in which the transaction ids below are valid, the youngest transaction that was purged, and the
-- versions that the end of this file writes.
CREATE TABLE IF NOT EXISTS web_socketio_state (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch text,
    purged_txid bigint NOT NULL DEFAULT 0
);
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS version integer;
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS compatible integer;
INSERT INTO web_socketio_state DEFAULT VALUES ON CONFLICT DO NOTHING;

-- The bell: NOTIFY holds a lock of the whole database through the commit's flush, so it is sent only while a sidecar
-- waits for it, which is when the sidecar holds the shared lock (8068, 1). One expression on purpose: as two
-- statements, a writer that is cancelled between them keeps the lock.
CREATE OR REPLACE FUNCTION web_socketio_ring() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $ring$
BEGIN
    IF (CASE WHEN pg_try_advisory_lock(8068, 1) THEN NOT pg_advisory_unlock(8068, 1) ELSE true END) THEN
        PERFORM pg_notify('web_socketio', '');
    END IF;
    RETURN NULL;
END
$ring$;
DROP TRIGGER IF EXISTS web_socketio_ring ON web_socketio_message;
-- A message that goes back into its queue gets a new txid: to every sidecar it is one that just arrived.
CREATE TRIGGER web_socketio_ring AFTER INSERT OR UPDATE OF txid ON web_socketio_message
    FOR EACH STATEMENT EXECUTE PROCEDURE web_socketio_ring();

-- Puts a message that was set aside after too many failures back into its queue. To see them:
-- SELECT id, channel, attempts, dead, "values" FROM web_socketio_message WHERE dead IS NOT NULL;
CREATE OR REPLACE FUNCTION web_socketio_requeue(message_id bigint) RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $requeue$
BEGIN
    UPDATE web_socketio_message SET dead = NULL, attempts = 0, lease = NULL, txid = txid_current()
        WHERE id = message_id AND dead IS NOT NULL;
    RETURN FOUND;
END
$requeue$;

-- Credentials that changed, by the ORM or by SQL: every page of that user has to prove itself again. to_jsonb, because
-- password_crypt exists only in some series, and totp_secret only with two-factor authentication. Only real differences
-- count: OpenERP writes users without changing them.
CREATE OR REPLACE FUNCTION web_socketio_user_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $changed$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(NEW) END;
    name text;
    changed boolean := TG_OP = 'DELETE';
BEGIN
    FOREACH name IN ARRAY ARRAY['login', 'password', 'password_crypt', 'totp_secret', 'active'] LOOP
        changed := changed OR before ->> name IS DISTINCT FROM after ->> name;
    END LOOP;
    IF changed THEN
        UPDATE web_socketio_session SET proof_due = COALESCE(proof_due, clock_timestamp())
            WHERE uid = OLD.id AND ended IS NULL;
        IF FOUND THEN
            INSERT INTO web_socketio_message (channel, uid, "values")
                VALUES ('web_socketio.control', OLD.id, json_build_object('type', 'proof_due', 'uid', OLD.id));
        END IF;
    END IF;
    RETURN NULL;
END
$changed$;
DO $users$
BEGIN
    IF to_regclass('res_users') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS web_socketio_user_changed ON res_users;
        CREATE TRIGGER web_socketio_user_changed AFTER UPDATE OR DELETE ON res_users
            FOR EACH ROW EXECUTE PROCEDURE web_socketio_user_changed();
    END IF;
END
$users$;

-- The end of a session, called by the logout of OpenERP: final, unlike proof_due.
CREATE OR REPLACE FUNCTION web_socketio_end_session(hash bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $end$
BEGIN
    UPDATE web_socketio_session SET ended = clock_timestamp() WHERE session_hash = hash AND ended IS NULL;
    IF FOUND THEN
        INSERT INTO web_socketio_message (channel, "values")
            VALUES ('web_socketio.control', json_build_object('type', 'ended', 'session_hash', encode(hash, 'hex')));
    END IF;
END
$end$;
REVOKE ALL ON FUNCTION web_socketio_end_session(bytea) FROM PUBLIC;

-- What the addon and the sidecar share has a version: these tables, the bell, the token, and the call of models. It is
-- raised when a sidecar has to know of a change; "compatible" only when older sidecars cannot work with what is here: it
-- is the oldest version whose sidecars can. A running sidecar looks again when it hears of a change.
DO $version$
DECLARE
    before integer := (SELECT state.version FROM web_socketio_state AS state);
BEGIN
    UPDATE web_socketio_state SET version = 1, compatible = 1 WHERE (version, compatible) IS DISTINCT FROM (1, 1);
    IF FOUND AND before IS NOT NULL THEN
        INSERT INTO web_socketio_message (channel, "values")
            VALUES ('web_socketio.control', '{"type": "schema_changed"}');
    END IF;
END
$version$;
