import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that takes connections and does with each what the function says; it goes with the test. */
export async function fakePostgres(answer: (connection: Socket) => void): Promise<number> {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => connections.delete(connection));
    answer(connection);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const connection of connections) connection.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Answers to the request for TLS with that letter, and to what follows with a FATAL of that code, if there is one. */
export function refusing(letter: string, code: string): (connection: Socket) => void {
  return (connection) => {
    connection.once('data', () => {
      connection.write(letter);
      connection.once('data', () => connection.end(fatal(code)));
    });
  };
}

/** Has no TLS, and asks for a log-in by that method. */
export function askingFor(method: number): (connection: Socket) => void {
  return (connection) => {
    connection.once('data', () => {
      connection.write('N');
      const message = Buffer.from('R\0\0\0\x08\0\0\0\0');
      message.writeInt32BE(method, 5);
      connection.once('data', () => connection.write(message));
    });
  };
}

/** https://www.postgresql.org/docs/current/protocol-error-fields.html */
function fatal(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mof the test\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
