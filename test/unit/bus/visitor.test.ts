import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { isSameSite, visitorOf } from '../../../sidecar/src/bus/visitor.ts';

function requestOf(
  headers: Readonly<Record<string, string>>,
  url = '/websocket?version=19.0-2',
): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  request.headers = headers;
  return request;
}

it.each([
  ['erp.example.com', 'https://erp.example.com', true],
  ['erp.example.com:8443', 'https://erp.example.com:8443', true],
  // A proxy may leave the port out, and browsers send cookies to all ports of a host anyway.
  ['erp.example.com', 'https://erp.example.com:8443', true],
  ['erp.example.com', 'https://ERP.example.com', true],
  ['[::1]:8068', 'http://[::1]:8068', true],
  ['erp.example.com', 'https://example.com', false],
  ['erp.example.com', 'https://erp.example.com.evil.example', false],
  ['erp.example.com', 'null', false],
  ['erp.example.com', 'erp.example.com', false],
  ['', 'https://erp.example.com', false],
])('a page at %s with the Origin %s is of the same site: %s', (host, origin, expected) => {
  expect(isSameSite(requestOf({ host, origin }))).toBe(expected);
});

it('the address is what the first proxy was asked for', () => {
  const headers = {
    host: '127.0.0.1:8068',
    'x-forwarded-host': 'erp.example.com, inner',
    origin: 'https://erp.example.com',
  };
  expect(isSameSite(requestOf(headers))).toBe(true);
});

it.each([
  ['session_id=a; dgid=b', 'dgid=b'],
  ['dgid=b; session_id=a', 'dgid=b'],
  ['x=1;session_id = a;y=2', 'x=1;y=2'],
  ['session_id=a; session_id=b', ''],
  ['my_session_id=a', 'my_session_id=a'],
  ['', ''],
])('of the cookies %o a page of another site leaves %o', (cookie, left) => {
  expect(visitorOf(requestOf({ cookie }), false).cookie).toBe(left);
  expect(visitorOf(requestOf({ cookie }), true).cookie).toBe(cookie);
});

it('takes the version of the script, and the headers that Odoo looks at', () => {
  const headers = {
    'user-agent': 'Firefox',
    'accept-language': 'fr',
    'x-forwarded-for': '10.0.0.1',
    accept: '*/*',
  };
  expect(visitorOf(requestOf(headers), true)).toMatchObject({
    version: '19.0-2',
    hasUserAgent: true,
    headers: { 'user-agent': 'Firefox', 'accept-language': 'fr', 'x-forwarded-for': '10.0.0.1' },
  });
  expect(visitorOf(requestOf({}, '/websocket'), true)).toMatchObject({
    version: null,
    hasUserAgent: false,
    headers: {},
  });
});
