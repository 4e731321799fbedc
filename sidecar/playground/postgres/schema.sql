-- As much of OpenERP's tables as the addon's triggers, the sidecar and the models of the stand-in look at. The tables of
-- web_socketio itself are the addon's own file. Running it again changes nothing.

-- Passwords stand here in clear text, as in OpenERP 7.0: the page shows them.
CREATE TABLE IF NOT EXISTS res_users (
    id serial PRIMARY KEY,
    login text NOT NULL UNIQUE,
    password text NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    email text,
    signature text,
    lang text NOT NULL DEFAULT 'en_US',
    tz text,
    is_system boolean NOT NULL DEFAULT false
);

CREATE TABLE IF NOT EXISTS ir_module_module (id serial PRIMARY KEY, name text NOT NULL UNIQUE, state text NOT NULL);

CREATE TABLE IF NOT EXISTS ir_config_parameter (id serial PRIMARY KEY, key text NOT NULL UNIQUE, value text NOT NULL);

CREATE TABLE IF NOT EXISTS web_socketio_demo_notification (
    id serial PRIMARY KEY,
    subject text NOT NULL,
    text text NOT NULL,
    kind text NOT NULL DEFAULT 'info',
    sticky boolean NOT NULL DEFAULT false,
    recipient_ids integer[] NOT NULL DEFAULT '{}'
);

-- Web sessions: OpenERP keeps them in files. "proof" covers login, password and active; one that does not fit any more
-- is over.
CREATE TABLE IF NOT EXISTS playground_session (
    id text PRIMARY KEY,
    uid integer NOT NULL,
    proof text NOT NULL,
    created timestamp with time zone NOT NULL DEFAULT now()
);
