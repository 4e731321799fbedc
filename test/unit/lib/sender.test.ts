import { expect, it } from 'vitest';
import { addressOf, isNear, shownOrigin } from '../../../sidecar/src/lib/http/sender.ts';

const from = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
  addressOf(forwarded, { remoteAddress });

it.each([
  ['no proxy', '203.0.113.9', undefined, '203.0.113.9'],
  ['a proxy on this machine', '127.0.0.1', '192.0.2.7', '192.0.2.7'],
  ['a proxy in a container, over IPv6', '::ffff:172.18.0.3', '192.0.2.7', '192.0.2.7'],
  ['what a browser forged, before what the proxy added', '10.0.0.2', '198.51.100.1, 192.0.2.7', '192.0.2.7'],
  ['a port behind the address', '127.0.0.1', '192.0.2.7:51234', '192.0.2.7'],
  ['IPv6', '::1', '2001:db8::7', '2001:db8::7'],
  ['IPv6 with a port', '::1', '[2001:db8::7]:51234', '2001:db8::7'],
  ['a proxy that hides it', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['what is no address', '127.0.0.1', `192.0.2.7\n${'x'.repeat(10_000)}`, '127.0.0.1'],
  ['an address with a zone that never ends', '127.0.0.1', `fe80::1%${'x'.repeat(60_000)}`, '127.0.0.1'],
  ['the same with a port', '127.0.0.1', `[fe80::1%${'x'.repeat(60_000)}]:51234`, '127.0.0.1'],
  ['nothing', '127.0.0.1', '', '127.0.0.1'],
  ['somebody from afar, who is no proxy of ours', '203.0.113.9', '192.0.2.7', '203.0.113.9'],
  ['a connection that has gone', undefined, '192.0.2.7', null],
])('finds the address behind %s', (_what, remote, forwarded, address) => {
  expect(from(remote, forwarded)).toBe(address);
});

it('takes the last of several headers', () => {
  expect(from('127.0.0.1', ['198.51.100.1', '192.0.2.7'])).toBe('192.0.2.7');
});

it('knows what is near', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '::1', 'fd00::1', 'fe80::1'])
    expect([address, isNear(address)]).toEqual([address, true]);
  for (const address of ['172.32.0.1', '203.0.113.9', '2001:db8::1', 'erp.example.com', ''])
    expect([address, isNear(address)]).toEqual([address, false]);
});

it('shows an origin, and nothing of what stands behind one', () => {
  expect(shownOrigin('https://erp.example.com')).toBe('"https://erp.example.com"');
  expect(shownOrigin('https://me:secret@erp.example.com/x?token=secret')).toBe('"https://erp.example.com"');
  expect(shownOrigin('what?token=secret')).toBe('"what"');
  expect(shownOrigin('a\nb')).toBe('"a\\nb"');
  expect(shownOrigin('null')).toBe('"null"');
  expect(shownOrigin(undefined)).toBeNull();
  expect(shownOrigin('x'.repeat(1_000))?.length).toBeLessThan(150);
});
