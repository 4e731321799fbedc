import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { LateAttempt } from '../../../sidecar/src/postgres/connect/attempt.ts';
import { closeClient } from '../../../sidecar/src/postgres/connect/connection.ts';
import { dial } from '../../../sidecar/src/postgres/connect/dial.ts';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { run } from '../../support/process/run.ts';

/** With TLS, the server would be asked for that first, and have no backend that waits. */
const tls = { mode: 'disable' } as const;
const LISTENER = `
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

it('hands an attempt that was taken and not let in to its caller, who may still see it let in', async () => {
  const database = await TestDatabase.create();
  const late: LateAttempt[] = [];
  let letIn: () => void = () => undefined;
  // Takes connections, and passes nothing on until it is told to.
  const server = createServer((client) => {
    client.pause();
    client.on('error', () => undefined);
    letIn = () => {
      const target = connect(database.server.port, '127.0.0.1');
      target.on('error', () => undefined);
      client.pipe(target).pipe(client);
    };
    onTestFinished(() => void client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(
    dial({ ...database.server, port, tls }, database.name, (attempt) => late.push(attempt)),
  ).rejects.toMatchObject({ code: 'postgres_waiting' });
  letIn();
  const [attempt] = late;
  await attempt?.admitted;
  expect((await attempt?.client.query('SELECT 1 AS one'))?.rows).toEqual([{ one: 1 }]);
  if (attempt !== undefined) await closeClient(attempt.client);
});

it('closes such an attempt if nobody wants it', async () => {
  const database = await TestDatabase.create();
  const proxy = await TcpProxy.start(database.server.port);
  proxy.silence();
  const server = { ...database.server, port: proxy.port, tls };
  await expect(dial(server, database.name)).rejects.toMatchObject({ code: 'postgres_waiting' });
  proxy.resume();
  await closeClient(await dial(server, database.name));
});

it('tells a machine that takes no connection from one that lets it wait', async () => {
  const listener = run(process.execPath, ['-e', LISTENER]);
  await expect.poll(() => listener.lines.length).toBe(1);
  const port = Number(listener.lines[0]);
  listener.child.kill('SIGSTOP');
  // The kernel takes two for it; of the others it lets the first packet fall.
  for (let number = 0; number < 4; number += 1) {
    const filler = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void filler.destroy());
  }
  const options = { host: '127.0.0.1', port, user: 'nobody', password: undefined, tls };
  const late: LateAttempt[] = [];
  await expect
    .poll(() => dial(options, 'mydb', (attempt) => late.push(attempt)).catch(String))
    .toBe('DialError: timeout expired after 2000 ms');
  for (const { client } of late) await closeClient(client);
});
