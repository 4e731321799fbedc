import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { HandshakeRequest } from '../../../sidecar/src/socketio/connection/handshake-request.ts';

/** A request that came through a proxy, behind which somebody has sent a header of so many bytes. */
function requestOf(bytes: number): IncomingMessage {
  const forged = Buffer.alloc(bytes, '198.51.100.1, ').toString('latin1');
  const headers = { host: 'erp.example.com', 'x-forwarded-for': `${forged}, 2001:db8:1234:5678::7` };
  return Object.assign(Object.create(null), { headers, socket: { remoteAddress: '127.0.0.1' } });
}

it('keeps of a long X-Forwarded-For no more than the address', () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const used = () => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const kept = Array.from({ length: 500 }, () => new HandshakeRequest(requestOf(60_000), {}));
  // The headers were 30 MB.
  expect(used() - before).toBeLessThan(5_000_000);
  expect(new Set(kept.map(({ address }) => address))).toEqual(new Set(['2001:db8:1234:5678::7']));
});
