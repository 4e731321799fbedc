import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../../addon/web_socketio/src/state/connection-state.ts';
import { detailsOf } from '../../../addon/web_socketio/src/state/connection-text.ts';

const NOW = new Date(2026, 10, 29, 21, 4, 30).getTime();
const STATE: ConnectionState = {
  ...{ at: NOW, since: NOW - 60_000, transport: 'websocket', ended: undefined, cause: undefined },
  ...{ heard: NOW - 10_000, message: { what: 'notify of /longpolling', at: NOW - 20_000 }, loss: undefined },
  ...{ connections: 1, namespaces: [['/longpolling', 'connected']] },
  ...{ sidecar: 'https://erp.example.com', database: 'mydb' },
};

beforeEach(() => {
  vi.stubGlobal('navigator', { userAgent: 'Chromium' });
  vi.stubGlobal('location', { origin: 'https://erp.example.com' });
});
afterEach(() => void vi.unstubAllGlobals());

it('says when the sidecar was last heard, and when the last message came', () => {
  const moment = (at: number) => new Date(at).toLocaleString();
  const lines = detailsOf(STATE).split('\n');
  expect(lines).toContain(`Sidecar last heard: ${moment(NOW - 10_000)}`);
  expect(lines).toContain(`Last message: notify of /longpolling, ${moment(NOW - 20_000)}`);
  const silent = detailsOf({ ...STATE, heard: undefined, message: undefined }).split('\n');
  expect(silent).toContain('Sidecar last heard: not yet');
  expect(silent).toContain('Last message: none yet');
});
