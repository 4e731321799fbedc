import { expect, it, vi } from 'vitest';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';

vi.mock('node:dns/promises', () => ({ lookup: () => new Promise(() => undefined) }));

it('does not wait for a resolver that does not answer, and goes on to the next host', async () => {
  const slow = { host: 'slow.invalid', port: 5432 };
  const options = { ...slow, user: 'u', password: 'p', connectTimeoutMs: 20 };
  await expect(dial(options, 'mydb')).rejects.toMatchObject({
    message: expect.stringContaining('timeout expired after 20 ms'),
    failures: [{ place: 'slow.invalid:5432', stage: 'lookup', timedOut: true }],
    leavesBackend: false,
  });
  await expect(
    dial({ ...options, others: [{ host: '/nonexistent', port: 5432 }] }, 'mydb'),
  ).rejects.toMatchObject({ failures: [{ stage: 'lookup' }, { stage: 'socket' }], code: 'ENOENT' });
});
