import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Refused } from '../../../sidecar/src/observability/refused.ts';
import { MalformedRequests } from '../../../sidecar/src/socketio/http/malformed-requests.ts';

it('tells of each kind of what cannot be read, and nothing of clients that went away', () => {
  const told: Refused[] = [];
  const requests = new MalformedRequests((refused) => told.push(refused));
  const refuse = (code: string) =>
    requests.refuse(Object.assign(new Error('Parse Error'), { code }), new PassThrough());
  for (const code of ['HPE_HEADER_OVERFLOW', 'HPE_INVALID_METHOD', 'HPE_INVALID_EOF_STATE']) refuse(code);
  expect(told.map(({ way, problem }) => [way, `${problem.code}: ${problem.message}`])).toEqual([
    ['request', expect.stringMatching(/^headers_too_large: .* do\.$/)],
    ['request', expect.stringMatching(/^request_malformed: .* answered 400 \(Parse Error\)\. /)],
  ]);
});
