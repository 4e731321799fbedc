import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { RareWarnings } from '../../../sidecar/src/observability/rare-warnings.ts';
import { MalformedRequests } from '../../../sidecar/src/socketio/http/malformed-requests.ts';

it('says once a minute of each kind that it was refused, and how many more there were', () => {
  const lines: string[] = [];
  const codes: string[] = [];
  let now = 0;
  const requests = new MalformedRequests(
    new RareWarnings(
      ({ code, message }, { next = '' } = {}) => lines.push(`${code}: ${message} ${next}`.trimEnd()),
      () => now,
    ),
    (code) => codes.push(code),
  );
  const refuse = (code: string) =>
    requests.refuse(Object.assign(new Error('Parse Error'), { code }), new PassThrough());
  for (let count = 0; count < 1_000; count += 1) refuse('HPE_HEADER_OVERFLOW');
  refuse('HPE_INVALID_METHOD');
  expect(codes).toHaveLength(1_001);
  expect(codes.at(-1)).toBe('request_malformed');
  expect(lines).toEqual([
    expect.stringMatching(/^headers_too_large: .* do\.$/),
    expect.stringMatching(/^request_malformed: .* answered 400 \(Parse Error\)\. /),
  ]);
  now = 60_000;
  refuse('HPE_HEADER_OVERFLOW');
  expect(lines.slice(2)).toEqual([expect.stringMatching(/ 999 more came since this was said\.$/)]);
  now = 120_000;
  refuse('HPE_HEADER_OVERFLOW');
  expect(lines.slice(3)).toEqual([expect.stringMatching(/ do\.$/)]);
});
