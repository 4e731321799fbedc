import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SocketIOError } from '../../../sidecar/src/api/error.ts';
import type { ErrorCode } from '../../../sidecar/src/api/error-codes/catalogue.ts';
import { LineLog } from '../../../sidecar/src/observability/line-log.ts';
import type { LogLevel } from '../../../sidecar/src/observability/log-level.ts';
import type { Refused } from '../../../sidecar/src/observability/refused.ts';
import { RefusedConnections } from '../../../sidecar/src/observability/refused-connections.ts';

let lines: string[];

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
});
afterEach(() => void vi.useRealTimers());

function open(least: LogLevel = 'info', format: 'odoo' | 'json' = 'odoo'): RefusedConnections {
  return new RefusedConnections(new LineLog((line) => lines.push(line), 1, format, least));
}

/** The lines without date and process. */
const said = () => lines.map((line) => line.trimEnd().replace(/^\S+ \S+ 1 /, ''));

function refusal(code: ErrorCode, address: string | null, more: Partial<Refused> = {}): Refused {
  const problem = { code, message: 'Not you.' };
  const usual = { db: 'mydb', user: null, path: '/echo', way: 'namespace' } as const;
  return { ...usual, problem, sender: { address, origin: '"https://erp.example.com"' }, ...more };
}

it('says who was refused, from where and why', () => {
  const log = open();
  log.add(refusal('token_unknown', '192.0.2.7'));
  log.add(refusal('session_ended', '192.0.2.8', { user: 7 }));
  const sender = { address: null, origin: null };
  log.add(refusal('origin_refused', null, { way: 'request', path: null, db: null, sender }));
  expect(said()).toEqual([
    `INFO mydb web_socketio: token_unknown: Not you. Refused: the namespace '/echo', from 192.0.2.7, page of "https://erp.example.com"`,
    `INFO mydb web_socketio: user 7: session_ended: Not you. Refused: the namespace '/echo', from 192.0.2.8, page of "https://erp.example.com"`,
    'WARNING ? web_socketio: origin_refused: Not you. Refused: an HTTP request, from somebody who has gone',
  ]);
});

it("says a refusal of the doctor's at the level debug, and a page's afterwards as ever", () => {
  const bus = { way: 'bus', path: null, db: null } as const;
  const log = open();
  log.add(refusal('bus_not_installed', '192.0.2.7', { ...bus, isDoctors: true }));
  expect(said()).toEqual([]);
  expect(log.recent).toEqual([]);
  log.add(refusal('bus_not_installed', '192.0.2.7', bus));
  expect(said()).toHaveLength(1);
  expect(log.recent).toMatchObject([{ code: 'bus_not_installed', times: 1 }]);
  // Whoever uses its name for a flood is told of.
  for (let times = 0; times < 20; times += 1)
    log.add(refusal('bus_not_installed', '192.0.2.9', { ...bus, isDoctors: true }));
  log.stop();
  expect(said().at(-1)).toContain('and 19 more of bus_not_installed within a minute, from 192.0.2.9');
});

it('has a key of JSON for each', () => {
  open('info', 'json').add(refusal('session_ended', '192.0.2.8', { user: 7 }));
  expect(JSON.parse(lines.join(''))).toMatchObject({
    ...{ level: 'INFO', db: 'mydb', code: 'session_ended', user: 7, path: '/echo', way: 'namespace' },
    ...{ address: '192.0.2.8', origin: '"https://erp.example.com"' },
  });
});

it('writes ten different lines of a code a minute, and then how many more there were', () => {
  const log = open();
  for (let n = 0; n < 1_244; n += 1) log.add(refusal('token_unknown', `192.0.2.${n % 17}`));
  log.add(refusal('namespace_unknown', '192.0.2.1'));
  expect(lines).toHaveLength(11);
  vi.advanceTimersByTime(59_999);
  expect(lines).toHaveLength(11);
  vi.advanceTimersByTime(1);
  expect(said().slice(11)).toEqual([
    'INFO ? web_socketio: token_unknown: and 1,234 more of token_unknown within a minute, from 17 addresses: 73 of them from 192.0.2.10',
  ]);
  // The next minute begins with the next that comes.
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(12);
  log.add(refusal('token_unknown', '192.0.2.1'));
  expect(lines).toHaveLength(13);
});

it('writes the same only once a minute', () => {
  const log = open();
  for (let n = 0; n < 3; n += 1) log.add(refusal('namespace_unknown', '192.0.2.1'));
  log.stop();
  log.stop();
  expect(said()).toEqual([
    expect.stringContaining(
      "WARNING mydb web_socketio: namespace_unknown: Not you. Refused: the namespace '/echo'",
    ),
    'WARNING ? web_socketio: namespace_unknown: and 2 more of namespace_unknown within a minute, from 192.0.2.1',
  ]);
});

it('takes no more room for a flood from any number of addresses', () => {
  const log = open();
  for (let n = 0; n < 20_000; n += 1)
    log.add(refusal('token_unknown', `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`));
  log.stop();
  expect(said().at(-1)).toContain(
    'and 19,990 more of token_unknown within a minute, from more than 1,000 addresses',
  );
  lines = [];
  for (let n = 0; n < 1_000; n += 1) {
    log.add(refusal('token_unknown', '192.0.2.1', { problem: new SocketIOError(`code_${n}`, 'No.') }));
  }
  // A hundred codes of addons are told apart, and the rest has one tally.
  expect(lines).toHaveLength(110);
  log.stop();
  expect(said().slice(110)).toEqual([
    'INFO ? web_socketio: other codes: and 890 more of other codes within a minute, from 192.0.2.1',
  ]);
});

it('says at the usual level nothing of what pages bring about as a matter of course', () => {
  const codes: ErrorCode[] = ['token_expired', 'session_unproved', 'session_locked', 'connection_closed'];
  const add = (log: RefusedConnections) => {
    for (const code of [...codes, 'draining', 'link_draining'] as const)
      for (let n = 0; n < 100; n += 1) log.add(refusal(code, '192.0.2.1'));
    log.stop();
  };
  add(open());
  expect(said()).toEqual([]);
  add(open('debug'));
  expect(lines).toHaveLength(12);
  expect(said()[0]).toMatch(/^DEBUG mydb web_socketio: token_expired: /);
});

it('keeps secrets and line breaks out of its lines', () => {
  const log = open();
  const problem = { code: 'namespace_unknown', message: 'No\nnamespace\u2028here' } as const;
  log.add(refusal('token_unknown', '192.0.2.1', { problem, path: '/echo\n?token=secret' }));
  const path = `/${'x'.repeat(10_000)}`;
  log.add(refusal('token_unknown', '192.0.2.1', { problem: new SocketIOError('sold_out', path), path }));
  expect(said()[0]).toContain("No namespace here. Refused: the namespace '/echo ', from");
  expect(lines.join('')).not.toContain('secret');
  expect(lines.join('').split('\n')).toHaveLength(3);
  expect(lines[1]?.length).toBeLessThan(800);
});

it('says of an error that nobody foresaw where it was made', () => {
  open().add(refusal('handshake_failed', '192.0.2.1', { stack: 'Error: no\n  at x: y' }));
  expect(said()[0]).toMatch(/^ERROR mydb web_socketio: handshake_failed: .*\nError: no\n {2}at x: y$/s);
});

it('remembers the last of each kind, the last first, and how many there were', () => {
  const log = open();
  log.add(refusal('token_unknown', '192.0.2.1', { path: '/echo?token=secret' }));
  log.add(refusal('namespace_unknown', '192.0.2.2'));
  vi.advanceTimersByTime(1_000);
  log.add(refusal('token_unknown', '192.0.2.3'));
  expect(log.recent).toEqual([
    expect.objectContaining({
      code: 'token_unknown',
      times: 2,
      address: '192.0.2.3',
      level: 'info',
      at: Date.now(),
    }),
    expect.objectContaining({ code: 'namespace_unknown', times: 1, address: '192.0.2.2', level: 'warn' }),
  ]);
  expect(JSON.stringify(log.recent)).not.toContain('secret');
  for (let n = 0; n < 1_000; n += 1) {
    log.add(refusal('token_unknown', '192.0.2.1', { problem: new SocketIOError(`code_${n}`, 'No.') }));
  }
  expect(log.recent).toHaveLength(20);
  expect(log.recent[0]?.code).toBe('code_999');
  log.stop();
});
