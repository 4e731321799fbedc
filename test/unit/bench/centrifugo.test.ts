import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  channelOf,
  configure,
  outboxSchema,
  publishStatement,
} from '../../bench/peers/centrifugo/configuration.ts';
import { signWebToken } from '../../bench/peers/centrifugo/web-token.ts';

const postgres = { host: '127.0.0.1', port: 5433, user: 'o/e', password: 'p@ss word' };
const options = { port: 8001, postgres, database: 'bench', secret: 'secret' };
const DSN = 'postgresql://o%2Fe:p%40ss%20word@127.0.0.1:5433/bench?sslmode=disable';

test('Centrifugo is woken by NOTIFY, checks tokens and keeps histories for pages that come back', () => {
  expect(configure({ ...options, way: 'notify' })).toMatchObject({
    http_server: { address: '127.0.0.1', port: 8001 },
    client: { token: { hmac_secret_key: 'secret' } },
    channel: {
      namespaces: [
        { name: 'one', allow_user_limited_channels: true, history_size: 100, force_recovery: true },
        { name: 'all', allow_subscribe_for_client: true, history_size: 100, force_recovery: true },
      ],
    },
    consumers: [
      {
        enabled: true,
        type: 'postgresql',
        postgresql: {
          dsn: DSN,
          outbox_table_name: 'centrifugo_outbox',
          partition_notification_channel: 'centrifugo_partition_change',
        },
      },
    ],
  });
  expect(outboxSchema('notify')).toContain("pg_notify('centrifugo_partition_change'");
});

test('Centrifugo that polls has neither the channel nor the trigger', () => {
  expect(JSON.stringify(configure({ ...options, way: 'poll' }))).not.toContain('notification');
  expect(outboxSchema('poll')).not.toMatch(/trigger/i);
});

test('with its broker Centrifugo has no outbox', () => {
  expect(configure({ ...options, way: 'broker' })).toMatchObject({
    broker: { enabled: true, type: 'postgres', postgres: { dsn: DSN, use_notify: true, num_shards: 1 } },
  });
  expect(configure({ ...options, way: 'broker' })).not.toHaveProperty('consumers');
  expect(outboxSchema('broker')).toBe('');
});

test('a message goes to the channel of its user, or to that of all', () => {
  expect(publishStatement('notify', channelOf(7), { number: 1 })).toBe(
    `INSERT INTO centrifugo_outbox (method, payload) VALUES ('publish', '{"channel":"one:user#7","data":{"number":1}}')`,
  );
  expect(publishStatement('broker', channelOf(null), { number: 2 })).toBe(
    `SELECT * FROM cf_stream_publish(p_channel := 'all:news', p_data := '{"number":2}'::jsonb)`,
  );
});

test('a token names its user, expires, and is signed', () => {
  const [header = '', content = '', signature] = signWebToken('42', 'secret', 60).split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(read(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
  const { sub, exp } = read(content);
  expect(sub).toBe('42');
  expect(exp - Date.now() / 1_000).toBeGreaterThan(0);
  expect(exp - Date.now() / 1_000).toBeLessThanOrEqual(60);
  expect(signature).toBe(createHmac('sha256', 'secret').update(`${header}.${content}`).digest('base64url'));
});
