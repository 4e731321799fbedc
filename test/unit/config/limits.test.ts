import { expect, it } from 'vitest';
import { readLimits } from '../../../sidecar/src/config/limits.ts';

it('reads limits from the environment', () => {
  expect(readLimits({})).toMatchObject({ messageBytes: 1_000_000, origins: [], blockedMs: 1_000 });
  expect(
    readLimits({ WEB_SOCKETIO_MAX_MESSAGE_BYTES: '20000000', WEB_SOCKETIO_BLOCKED_MS: '0' }),
  ).toMatchObject({ messageBytes: 20_000_000, blockedMs: 0 });
});

it('takes hosts and origins in the form in which browsers send them', () => {
  const { origins } = readLimits({
    WEB_SOCKETIO_ORIGINS: 'https://ERP.example.com/, Intranet,intranet:80 http://shop:8069,[::1]:8069',
  });
  expect(origins).toEqual([
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
    "'0' is no WEB_SOCKETIO_MAX_EVENTS. Give a whole number from 1 to 999999.",
  ],
  ['WEB_SOCKETIO_MAX_QUEUE_BYTES', '4MB', "'4MB' is no WEB_SOCKETIO_MAX_QUEUE_BYTES"],
  ['WEB_SOCKETIO_ORIGINS', 'erp.example.com/web', "'erp.example.com/web' in WEB_SOCKETIO_ORIGINS"],
  ['WEB_SOCKETIO_ORIGINS', 'https://', "'https://' in WEB_SOCKETIO_ORIGINS"],
  ['WEB_SOCKETIO_ORIGINS', '*', "'*' in WEB_SOCKETIO_ORIGINS"],
])('refuses %s=%s', (name, value, message) => {
  expect(() => readLimits({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(message) }),
  );
});
