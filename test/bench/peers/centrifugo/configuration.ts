import type { PostgresAddress } from '../../../support/postgres/postgres.ts';

/**
 * How messages come from PostgreSQL to Centrifugo: from an outbox for which it is woken by NOTIFY, or at which it looks every
 * 300 ms, as it does by default; or by its own broker in PostgreSQL, which it calls experimental.
 */
export type Way = 'notify' | 'poll' | 'broker';

export interface ConfigurationOptions {
  readonly port: number;
  readonly postgres: PostgresAddress;
  readonly database: string;
  /** By which tokens are signed. */
  readonly secret: string;
  readonly way: Way;
}

const OUTBOX = 'centrifugo_outbox';
const PARTITION_CHANNEL = 'centrifugo_partition_change';

/** A page that was away gets as many of the messages that it missed. */
const HISTORY = { history_size: 100, history_ttl: '300s', force_recovery: true };

/** The configuration of Centrifugo 6, as its documentation advises for an outbox: all else is as it comes. */
export function configure({ port, postgres, database, secret, way }: ConfigurationOptions): object {
  const { host, user, password } = postgres;
  const dsn = new URL(`postgresql://${host}:${postgres.port}/${database}?sslmode=disable`);
  dsn.username = encodeURIComponent(user);
  dsn.password = encodeURIComponent(password);
  return {
    http_server: { address: '127.0.0.1', port },
    client: { token: { hmac_secret_key: secret } },
    channel: {
      namespaces: [
        // `one:user#42` is for user 42 alone.
        { name: 'one', allow_user_limited_channels: true, ...HISTORY },
        { name: 'all', allow_subscribe_for_client: true, ...HISTORY },
      ],
    },
    ...(way === 'broker' ? configureBroker(dsn.href) : configureOutbox(dsn.href, way)),
    // By which the benchmark makes it collect its garbage.
    debug: { enabled: true },
  };
}

function configureOutbox(dsn: string, way: Way): object {
  const notified = way === 'notify' ? { partition_notification_channel: PARTITION_CHANNEL } : {};
  const postgresql = { dsn, outbox_table_name: OUTBOX, ...notified };
  return { consumers: [{ enabled: true, name: 'outbox', type: 'postgresql', postgresql }] };
}

/**
 * It makes its tables itself, and keeps the histories there. It needs PostgreSQL 16. A NOTIFY wakes any one of its shards
 * (6.9.1): of the eight that there are by default, seven times of eight the wrong one, and a message takes 47 ms.
 */
function configureBroker(dsn: string): object {
  return { broker: { enabled: true, type: 'postgres', postgres: { dsn, use_notify: true, num_shards: 1 } } };
}

const TABLE = `
  CREATE TABLE ${OUTBOX} (
    id bigserial PRIMARY KEY,
    method text NOT NULL,
    payload jsonb NOT NULL,
    partition integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
  );`;

const TRIGGER = `
  CREATE FUNCTION centrifugo_notify_partition_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('${PARTITION_CHANNEL}', NEW.partition::text);
    RETURN NEW;
  END $$;
  CREATE TRIGGER centrifugo_notify_partition_trigger AFTER INSERT ON ${OUTBOX}
    FOR EACH ROW EXECUTE FUNCTION centrifugo_notify_partition_change();`;

/** The table and the trigger that its documentation prescribes. */
export function outboxSchema(way: Way): string {
  return { notify: TABLE + TRIGGER, poll: TABLE, broker: '' }[way];
}

/** The statement by which a transaction of the business publishes a message. */
export function publishStatement(way: Way, channel: string, data: object): string {
  if (way === 'broker')
    return `SELECT * FROM cf_stream_publish(p_channel := '${channel}', p_data := '${JSON.stringify(data)}'::jsonb)`;
  const payload = JSON.stringify({ channel, data });
  return `INSERT INTO ${OUTBOX} (method, payload) VALUES ('publish', '${payload}')`;
}

/** The channel of one user, or of everybody. */
export function channelOf(uid: number | null): string {
  return uid === null ? 'all:news' : `one:user#${uid}`;
}
