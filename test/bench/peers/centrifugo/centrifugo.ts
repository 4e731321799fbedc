import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDatabase, type PostgresAddress } from '../../../support/postgres/postgres.ts';
import type { Program } from '../../../support/process/program.ts';
import { makeServerFolder } from '../../../support/process/server-folder.ts';
import { launchServer } from '../../../support/process/server-launch.ts';
import type { Peer, PeerServer } from '../peer.ts';
import { channelOf, configure, outboxSchema, publishStatement, type Way } from './configuration.ts';
import { signWebToken } from './web-token.ts';

const PROGRAM = fileURLToPath(new URL('../../../../.cache/centrifugo/bin/centrifugo', import.meta.url));
const TOKEN_SECONDS = 3_600;
const NAMES = { notify: 'Centrifugo', poll: 'Centrifugo, polling', broker: 'Centrifugo, broker' };

/** Centrifugo with PostgreSQL, tokens, and histories from which pages recover what they missed. */
export function centrifugo(way: Way): Peer {
  return { name: NAMES[way], start: (postgres) => start(postgres, way) };
}

async function start(postgres: PostgresAddress, way: Way): Promise<PeerServer> {
  const { host, port, user, password } = postgres;
  const database = { host, port, user, password, database: await createDatabase(postgres) };
  await createOutbox(database, way);
  const secret = randomBytes(32).toString('hex');
  const { server, url, stop } = await launch(postgres, database.database, secret, way);
  return {
    ...{ url, pid: server.pid, stop, database },
    pageProcess: new URL('../../clients/centrifugo-process.ts', import.meta.url),
    pageUrl: url,
    pages: (count, audience) => ({
      event: 'subscribe',
      auths: Array.from({ length: count }, (_, index) => ({
        token: signWebToken(`${index + 1}`, secret, TOKEN_SECONDS),
        channel: channelOf(audience === 'one' ? index + 1 : null),
      })),
    }),
    insert: (number, to) => publishStatement(way, channelOf(to), { number }),
    async collectGarbage() {
      await (await fetch(`${url}/debug/pprof/heap?gc=1`)).arrayBuffer();
    },
  };
}

async function createOutbox(database: pg.ClientConfig, way: Way): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    await client.query(outboxSchema(way));
  } finally {
    await client.end();
  }
}

async function launch(
  postgres: PostgresAddress,
  database: string,
  secret: string,
  way: Way,
): Promise<{ server: Program; url: string; stop(): Promise<void> }> {
  const folder = await makeServerFolder('centrifugo');
  const file = join(folder.path, 'config.json');
  try {
    const { server, port } = await launchServer(async (port) => {
      await writeFile(file, JSON.stringify(configure({ port, postgres, database, secret, way })));
      return { command: PROGRAM, args: ['--config', file], env: { HOME: folder.path }, user: 'own' };
    }, /serving websocket/);
    const stop = () => server.stop().finally(folder.remove);
    return { server, url: `http://127.0.0.1:${port}`, stop };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
