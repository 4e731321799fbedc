import { expect, it, onTestFinished } from 'vitest';
import { serverLives } from '../../../sidecar/src/postgres/check/server-probe.ts';
import { startPostgres } from '../../support/postgres/postgres.ts';

it('knows a server that lives, whatever it thinks of the role, from one that is gone', async () => {
  const server = await startPostgres(15);
  onTestFinished(() => server.stop());
  expect(await serverLives(server)).toBe(true);
  expect(await serverLives({ ...server, password: 'wrong' })).toBe(true);
  expect(await serverLives({ ...server, user: 'stranger' })).toBe(true);
  await server.stop();
  expect(await serverLives(server)).toBe(false);
});
