import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { isInner } from '../../../sidecar/src/socketio/http/inner-request.ts';

/** A request for that host, from there. */
function request(headers: Readonly<Record<string, string>>, remoteAddress = '127.0.0.1'): IncomingMessage {
  return Object.assign(Object.create(null), { headers, socket: { remoteAddress } });
}

it.each([
  '127.0.0.1:8068',
  '127.0.0.1',
  '[::1]:8068',
  '[::1]',
  'localhost:8068',
  'LOCALHOST',
  'sidecar:8068',
  'web_socketio-sidecar-1:8068',
  '172.18.0.3:8068',
])('tells who asks for %s', (host) => {
  expect(isInner(request({ host }))).toBe(true);
});

it.each([
  'evil.example:8068',
  'evil.example',
  'localhost.evil.example:8068',
  '127.0.0.1.evil.example',
  'evil.example.:8068',
  'com.',
  '::1.evil.example',
  '',
])('tells nothing to a page that has its own name %j lead to this machine', (host) => {
  expect(isInner(request({ host }))).toBe(false);
});

it('tells nothing without a host, and nothing to who comes from afar', () => {
  expect(isInner(request({}))).toBe(false);
  expect(isInner(request({ host: '127.0.0.1:8068' }, '203.0.113.9'))).toBe(false);
});
