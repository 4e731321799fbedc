import pg from 'pg';

/** The writers of one database, in a process of their own: `{ seconds }` makes them write, the answer is a count. */
interface Task {
  readonly config: pg.ClientConfig;
  readonly writers: number;
  /** With PREPARE TRANSACTION and COMMIT PREPARED. */
  readonly twoPhase: boolean;
}

const { config, writers, twoPhase }: Task = JSON.parse(process.argv[2] ?? '{}');

const clients = await Promise.all(
  Array.from({ length: writers }, async () => {
    const client = new pg.Client(config);
    await client.connect();
    return client;
  }),
);

/** What a business transaction does, in one round trip: this process should not be what is measured. */
const work = (writer: number) => `
  BEGIN ISOLATION LEVEL REPEATABLE READ;
  UPDATE bench_order SET amount = amount + 1 WHERE id = ${writer};
  INSERT INTO web_socketio_message (channel, "values") VALUES ('bench', '{"order": ${writer}}');`;

async function transact(client: pg.Client, writer: number): Promise<void> {
  if (!twoPhase) return void (await client.query(`${work(writer)} COMMIT`));
  await client.query(`${work(writer)} PREPARE TRANSACTION 'bench ${writer}'`);
  // By itself: PostgreSQL takes it together with nothing else.
  await client.query(`COMMIT PREPARED 'bench ${writer}'`);
}

async function write(client: pg.Client, writer: number, until: number): Promise<number> {
  let commits = 0;
  while (performance.now() < until) {
    await transact(client, writer);
    commits += 1;
  }
  return commits;
}

process.on('message', async ({ seconds }: { seconds: number }) => {
  const start = performance.now();
  const counts = await Promise.all(
    clients.map((client, index) => write(client, index + 1, start + seconds * 1000)),
  );
  const commits = counts.reduce((sum, count) => sum + count, 0);
  process.send?.({ commits, ms: performance.now() - start });
});
process.send?.('ready');
