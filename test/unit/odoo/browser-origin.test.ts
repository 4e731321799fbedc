import { expect, it } from 'vitest';
import { headersOf, isOrigin } from '../../../sidecar/src/odoo/http/browser-origin.ts';

it.each([
  ['https://erp.example.com', 'erp.example.com', 'https'],
  ['http://10.0.0.1:8069', '10.0.0.1:8069', 'http'],
  ['http://[::1]:8069', '[::1]:8069', 'http'],
  // No names that a URL could have; Odoo takes them, and a session that nobody could ask about would never end.
  ['http://adv.1', 'adv.1', 'http'],
  ['https://adv.example.com-', 'adv.example.com-', 'https'],
  ['https://adv.example.com:99999', 'adv.example.com:99999', 'https'],
])('takes %s as Odoo does', (origin, host, scheme) => {
  expect(headersOf(origin)).toEqual({
    ...{ Host: host, 'X-Forwarded-Host': host, 'X-Forwarded-Proto': scheme },
  });
});

it.each([
  'erp.example.com',
  'ftp://erp.example.com',
  'https://erp.example.com/path',
  'https://user@erp.example.com',
  'https://erp.example.com\r\nCookie: session_id=1',
  'https://erp example.com',
  `https://${'a'.repeat(300)}`,
  '',
])('makes no header of %j', (origin) => {
  expect(isOrigin(origin)).toBe(false);
  expect(headersOf(origin)).toEqual({});
});
