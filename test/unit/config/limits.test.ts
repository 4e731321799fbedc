import { expect, it } from 'vitest';
import { settingsOf } from '../../support/sidecar/default-settings.ts';

it('reads limits from the environment', () => {
  expect(settingsOf({}).limits).toMatchObject({ messageBytes: 1_000_000, origins: [], blockedMs: 1_000 });
  expect(
    settingsOf({ WEB_SOCKETIO_MAX_MESSAGE_BYTES: '20000000', WEB_SOCKETIO_BLOCKED_MS: '0' }).limits,
  ).toMatchObject({ messageBytes: 20_000_000, blockedMs: 0 });
});

it('takes hosts and origins in the form in which browsers send them', () => {
  const { limits } = settingsOf({
    WEB_SOCKETIO_ORIGINS: 'https://ERP.example.com/, Intranet,intranet:80 http://shop:8069,[::1]:8069',
  });
  expect(limits.origins).toEqual([
    'https://erp.example.com',
    'intranet',
    'intranet:80',
    'http://shop:8069',
    '[::1]:8069',
  ]);
});

it.each([
  [
    'WEB_SOCKETIO_MAX_EVENTS',
    '0',
    "Invalid max-events '0' in WEB_SOCKETIO_MAX_EVENTS. Give a whole number from 1 to 999999.",
  ],
  ['WEB_SOCKETIO_MAX_QUEUE_BYTES', '4MB', "Invalid max-queue-bytes '4MB' in WEB_SOCKETIO_MAX_QUEUE_BYTES"],
  ...['erp.example.com/web', 'https://', '*'].map((value): [string, string, string] => [
    'WEB_SOCKETIO_ORIGINS',
    value,
    `Invalid origin '${value}' in WEB_SOCKETIO_ORIGINS. Give a host such as erp.example.com`,
  ]),
])('refuses %s=%s', (name, value, message) => {
  expect(() => settingsOf({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(message) }),
  );
});
