-- The tables, the wake-up and the other triggers of web_socketio, for PostgreSQL 10 to 18.
--
-- The addon runs this file at installation and at each update; psql may run it as well. Running it again changes
-- nothing. schema_drop.sql removes all of it. These tables have no ORM model on purpose: nothing reaches them by RPC.

DO $check$
BEGIN
    IF current_setting('server_version_num')::int < 100000 THEN
        RAISE EXCEPTION 'web_socketio needs PostgreSQL 10 or later, this is %', current_setting('server_version')
            USING HINT = 'Upgrade PostgreSQL, then install the module again.';
    END IF;
    IF to_regclass(format('%I.web_socketio_message', current_schema())) IS NULL
       AND to_regclass(format('%I.ir_module_module', current_schema())) IS NULL
       AND EXISTS (SELECT FROM pg_class WHERE relname = 'web_socketio_message' AND relkind = 'r') THEN
        RAISE EXCEPTION 'The tables of web_socketio are in another schema than %, where search_path would make new ones', current_schema()
            USING HINT = 'Run this with the search_path with which the module was installed.';
    END IF;
    -- Messages of this very transaction may still have to send the wake-up, and PostgreSQL changes no table before that is done.
    IF EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass('web_socketio_message') AND tgname = 'web_socketio_wake_up' AND tgdeferrable
    ) THEN
        SET CONSTRAINTS web_socketio_wake_up IMMEDIATE;
    END IF;
    -- Its name before 2026-11-28.
    IF EXISTS (
        SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass('web_socketio_message') AND tgname = 'web_socketio_ring' AND tgdeferrable
    ) THEN
        SET CONSTRAINTS web_socketio_ring IMMEDIATE;
    END IF;
END
$check$;

-- Which server and database this is: "system identifier:oid of the database:timeline". A token belongs to one of them: in
-- a copy by Odoo, by SQL, from a dump, or by a standby that was promoted none of the original opens anything. But a data
-- folder that is copied as files, and started as it is, has the same identity: delete the tokens there. What the server does not tell is "-": managed servers
-- keep some of it to themselves. On a standby the timeline is that of its last checkpoint, since it writes no log itself.
-- As its owner, so that Odoo's role and the sidecar's see the same.
CREATE OR REPLACE FUNCTION web_socketio_identity() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER AS $identity$
DECLARE
    system text;
    timeline text;
BEGIN
    BEGIN
        system := (SELECT system_identifier FROM pg_control_system());
    EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported
        OR object_not_in_prerequisite_state OR system_error OR internal_error THEN NULL;
    END;
    BEGIN
        IF pg_is_in_recovery() THEN
            timeline := (SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint());
        ELSE
            timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
        END IF;
    EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported
        OR object_not_in_prerequisite_state OR system_error OR internal_error THEN NULL;
    END;
    RETURN concat_ws(':', coalesce(system, '-'),
        (SELECT oid FROM pg_database WHERE datname = current_database()), coalesce(timeline, '-'));
END
$identity$;

-- One row for each page that proved who it is. Only the hash of its token is kept, so that a copy of the table opens
-- nothing. proof_due is set when the user's credentials changed: only a look at the session clears it.
CREATE TABLE IF NOT EXISTS web_socketio_session (
    token_sha256 bytea PRIMARY KEY,
    uid integer NOT NULL,
    session_hash bytea NOT NULL,
    context text NOT NULL DEFAULT '{}',
    expires timestamp with time zone NOT NULL,
    proof_due timestamp with time zone,
    ended timestamp with time zone
);
-- issuer: the database that gave the token; nobody looks for one without it. origin: the scheme and host by which the
--   browser reached Odoo. sealed: what finds the session in Odoo's store, encrypted with the token, of which this table
--   has no more than the hash; the sidecar's role may not read it.
-- checked: when Odoo itself last agreed to the session; null where it cannot be asked without the browser.
-- locked: since when Odoo answers nobody in this session, for a while: its screen is locked.
DO $columns$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = 'web_socketio_session'::regclass AND attname = 'issuer' AND NOT attisdropped
    ) THEN
        -- Tokens of before name no database. Pages ask for new ones.
        TRUNCATE web_socketio_session;
        ALTER TABLE web_socketio_session
            ADD COLUMN issuer text NOT NULL DEFAULT web_socketio_identity(),
            ADD COLUMN origin text,
            ADD COLUMN sealed bytea,
            ADD COLUMN checked timestamp with time zone,
            ADD COLUMN locked timestamp with time zone;
    END IF;
END
$columns$;
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
-- Dead letters are few, and looked for among all that waits.
CREATE INDEX IF NOT EXISTS web_socketio_message_dead_idx ON web_socketio_message (id) WHERE dead IS NOT NULL;
-- A flood in one channel is passed by the others: each is read on its own then, in the order of its transactions.
CREATE INDEX IF NOT EXISTS web_socketio_message_channel_txid_id_idx ON web_socketio_message (channel, txid, id);
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

-- One row for each Python worker: only who may write here can say the proof of which this is the hash, and a sidecar that
-- is told it takes its link. seen: its last heartbeat; it stays when the worker goes, since it says that there is one.
-- answer: what the sidecar has to say, so that nobody else on its port is taken for it. version: of the link that it speaks. declares: its namespaces and handlers, for a sidecar that starts before it.
CREATE TABLE IF NOT EXISTS web_socketio_worker (
    id uuid PRIMARY KEY,
    proof_sha256 bytea NOT NULL,
    seen timestamp with time zone NOT NULL DEFAULT now(),
    version integer NOT NULL,
    declares json NOT NULL DEFAULT '{}',
    answer text
);
CREATE INDEX IF NOT EXISTS web_socketio_worker_proof_sha256_idx ON web_socketio_worker (proof_sha256);
-- Since when. Rows of before have none; the default comes later, so that they keep that.
ALTER TABLE web_socketio_worker ADD COLUMN IF NOT EXISTS started timestamp with time zone;
ALTER TABLE web_socketio_worker ALTER COLUMN started SET DEFAULT now();

-- What each sidecar says of itself for the operator's screen in Odoo: a row for each, written every few seconds at most. No
-- other work depends on it. id: of this table alone; what leases and credentials are made out in is the id of
-- web_socketio_sidecar, which no user may read. due: when it has written again, if it lives. report: what is small, and
-- changes often. The arrays have a place for each connected user: they are a column each, so that PostgreSQL leaves
-- them where they are when they stay the same; 10,000 users take 60 kB. latencies: milliseconds, 0 where nobody knows.
CREATE TABLE IF NOT EXISTS web_socketio_status (
    id uuid PRIMARY KEY,
    version text NOT NULL,
    started timestamp with time zone NOT NULL DEFAULT now(),
    seen timestamp with time zone NOT NULL DEFAULT now(),
    due timestamp with time zone NOT NULL DEFAULT now(),
    stopped boolean NOT NULL DEFAULT false,
    report json NOT NULL DEFAULT '{}',
    user_ids integer[] NOT NULL DEFAULT '{}',
    web_sockets integer[] NOT NULL DEFAULT '{}',
    pollings integer[] NOT NULL DEFAULT '{}',
    latencies integer[] NOT NULL DEFAULT '{}'
);
-- Roles that may do a sidecar's work may do this, too, if they got their rights before there was this table.
DO $status$
DECLARE
    grantee regrole;
BEGIN
    FOR grantee IN
        SELECT DISTINCT acl.grantee FROM pg_class, aclexplode(relacl) AS acl
        WHERE oid = 'web_socketio_sidecar'::regclass AND acl.privilege_type = 'DELETE'
            AND acl.grantee NOT IN (0, relowner)
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON web_socketio_status TO %s', grantee);
    END LOOP;
END
$status$;

-- One row.
-- epoch: within which positions of pages mean something. "started": since when the server runs that it was last seen on.
-- pulse: counted up while messages are read, so that a data folder which was put back in time is noticed.
-- base: what the column txid of a message is above the number of its transaction. It grows when rows come here from
--   another server, where transactions had higher numbers: so they stay in the past, and not one of them has to be touched.
-- purged_txid: the youngest txid that was deleted for its age. version, compatible: see the end of this file.
CREATE TABLE IF NOT EXISTS web_socketio_state (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch text,
    purged_txid bigint NOT NULL DEFAULT 0
);
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS started timestamp with time zone;
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS pulse bigint NOT NULL DEFAULT 0;
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS base bigint NOT NULL DEFAULT 0;
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS version integer;
ALTER TABLE web_socketio_state ADD COLUMN IF NOT EXISTS compatible integer;
-- Not ON CONFLICT alone: a sidecar that has changed the row since this transaction began would have it fail.
INSERT INTO web_socketio_state (single)
    SELECT true WHERE NOT EXISTS (SELECT FROM web_socketio_state) ON CONFLICT DO NOTHING;

-- The transaction of a row is what this server says, whatever the row itself says: rows that are loaded from a dump or
-- replicated bring numbers of another server, by which they would be shown never, or again at every read. ALWAYS, since
-- replication switches ordinary triggers off. A message that goes back into its queue gets a new txid: to every sidecar
-- it is one that just arrived.
CREATE OR REPLACE FUNCTION web_socketio_stamp() RETURNS trigger LANGUAGE plpgsql AS $stamp$
BEGIN
    NEW.txid := pg_catalog.txid_current() + TG_ARGV[0]::bigint;
    RETURN NEW;
END
$stamp$;

-- Makes a number the base, from the next row on. No row that was written before may commit later: the change of the
-- trigger waits for those who write, and keeps others waiting meanwhile; set lock_timeout.
CREATE OR REPLACE FUNCTION web_socketio_rebase(new_base bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER AS $rebase$
BEGIN
    DROP TRIGGER IF EXISTS web_socketio_stamp ON web_socketio_message;
    EXECUTE format(
        'CREATE TRIGGER web_socketio_stamp BEFORE INSERT OR UPDATE OF txid ON web_socketio_message '
        'FOR EACH ROW EXECUTE PROCEDURE web_socketio_stamp(%L)', new_base
    );
    ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_stamp;
    UPDATE web_socketio_state SET base = new_base WHERE base <> new_base;
END
$rebase$;
REVOKE ALL ON FUNCTION web_socketio_rebase(bigint) FROM PUBLIC;
SELECT web_socketio_rebase(base) FROM web_socketio_state;

-- The wake-up. NOTIFY takes a lock of the whole server and keeps it through the commit's flush: a writer that sends one
-- keeps all other senders waiting. So writers send one only while a sidecar waits for it, which is when it holds the shared
-- lock (8068, 1), and one at a time: the lock (8068, 3). The others wait until that writer has committed, or send one as
-- well after a tenth of a second. By then the sidecar has heard 'busy' and reads all the time; if it has not, the next
-- writer wakes it up. So each transaction has either sent a wake-up, or seen that the sidecar reads without one, and it does
-- not matter which of them is rolled back.
--
-- The lock is looked at when a row is written, which is all that a transaction pays while the sidecar reads all the time,
-- and once more when the transaction commits: a writer that has to wait then holds up nobody else. Nothing here lets a
-- transaction fail: PREPARE TRANSACTION refuses one that has sent a NOTIFY, and a queue of notifications that is full,
-- because another program does not read its own, refuses any.
CREATE OR REPLACE FUNCTION web_socketio_wake_up() RETURNS trigger LANGUAGE plpgsql AS $wake_up$
DECLARE
    waited integer := 0;
BEGIN
    IF pg_catalog.right(pg_catalog.current_query(), 500) ~* '\mprepare\s+transaction\M' THEN
        RETURN NULL;
    END IF;
    LOOP
        IF NOT (CASE WHEN pg_catalog.pg_try_advisory_lock(8068, 1)
                     THEN NOT pg_catalog.pg_advisory_unlock(8068, 1) ELSE true END) THEN
            RETURN NULL;
        END IF;
        EXIT WHEN pg_catalog.pg_try_advisory_xact_lock(8068, 3) OR waited = 100;
        PERFORM pg_catalog.pg_sleep(0.001);
        waited := waited + 1;
    END LOOP;
    IF pg_catalog.pg_notification_queue_usage() < 0.5 THEN
        PERFORM pg_catalog.pg_notify('web_socketio', CASE WHEN waited > 0 THEN 'busy' ELSE '' END);
    END IF;
    RETURN NULL;
END
$wake_up$;
DROP TRIGGER IF EXISTS web_socketio_ring ON web_socketio_message;
DROP FUNCTION IF EXISTS web_socketio_ring();
DROP TRIGGER IF EXISTS web_socketio_wake_up ON web_socketio_message;
-- The lock is looked at in one expression on purpose: as two statements, a writer that is cancelled between them keeps it.
-- The setting goes with the transaction, or with the savepoint to which it is rolled back: a million rows leave one event,
-- and not a million in memory. It costs 8 of 31 microseconds, so it comes second.
CREATE CONSTRAINT TRIGGER web_socketio_wake_up AFTER INSERT OR UPDATE OF txid ON web_socketio_message
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (CASE WHEN CASE WHEN pg_try_advisory_lock(8068, 1) THEN NOT pg_advisory_unlock(8068, 1) ELSE true END
                    AND current_setting('web_socketio.woken', true) IS DISTINCT FROM NEW.txid::text
               THEN set_config('web_socketio.woken', NEW.txid::text, true) IS NOT NULL ELSE false END)
    EXECUTE PROCEDURE web_socketio_wake_up();
ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_wake_up;

-- Puts a dead letter, a message that failed too often, back into its queue. To see them:
-- SELECT id, channel, attempts, dead, "values" FROM web_socketio_message WHERE dead IS NOT NULL;
CREATE OR REPLACE FUNCTION web_socketio_requeue(message_id bigint) RETURNS boolean
    LANGUAGE plpgsql AS $requeue$
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
    LANGUAGE plpgsql SECURITY DEFINER AS $changed$
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
        -- Also where no row was found: one that is inserted before this is committed is seen by nobody but who hears of
        -- it then.
        INSERT INTO web_socketio_message (channel, uid, "values")
            VALUES ('web_socketio.control', OLD.id, json_build_object('type', 'proof_due', 'uid', OLD.id));
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
    LANGUAGE plpgsql SECURITY DEFINER AS $end$
BEGIN
    UPDATE web_socketio_session SET ended = clock_timestamp() WHERE session_hash = hash AND ended IS NULL;
    IF FOUND THEN
        INSERT INTO web_socketio_message (channel, "values")
            VALUES ('web_socketio.control', json_build_object('type', 'ended', 'session_hash', encode(hash, 'hex')));
    END IF;
END
$end$;
REVOKE ALL ON FUNCTION web_socketio_end_session(bytea) FROM PUBLIC;

-- These find the tables wherever they are called from, and nobody else's: they are bound to the schema in which they were
-- made. Odoo may live in another one than "public".
DO $bind$
DECLARE
    function regprocedure;
BEGIN
    FOREACH function IN ARRAY ARRAY[
        'web_socketio_rebase(bigint)', 'web_socketio_requeue(bigint)', 'web_socketio_user_changed()',
        'web_socketio_end_session(bytea)', 'web_socketio_identity()'
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', function, current_schema());
    END LOOP;
END
$bind$;

-- What the addon and the sidecar share has a version: these tables, the wake-up, the token, and the call of models. It is
-- raised when a sidecar has to know of a change; "compatible" only when older sidecars cannot work with what is here: it
-- is the oldest version whose sidecars can. A running sidecar looks again when it hears of a change.
DO $version$
DECLARE
    before integer := (SELECT state.version FROM web_socketio_state AS state);
BEGIN
    UPDATE web_socketio_state SET version = 5, compatible = 3 WHERE (version, compatible) IS DISTINCT FROM (5, 3);
    IF FOUND AND before IS NOT NULL THEN
        INSERT INTO web_socketio_message (channel, "values")
            VALUES ('web_socketio.control', '{"type": "schema_changed"}');
    END IF;
END
$version$;
