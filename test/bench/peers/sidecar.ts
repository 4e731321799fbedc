import { BenchDatabase } from '../servers/bench-database.ts';
import { startSidecar } from '../servers/bench-sidecar.ts';
import type { Peer } from './peer.ts';

/** The built sidecar as users run it, with the handlers of the benchmark. */
export const SIDECAR: Peer = {
  name: 'sidecar',
  async start(postgres, pages, node) {
    const database = await BenchDatabase.create(postgres);
    const tokens = await database.addTokens(pages);
    const { url, pid, stop } = await startSidecar(postgres, [database.name], { node });
    return {
      ...{ url, pid, stop, database: database.config },
      pageProcess: new URL('../clients/socketio-process.ts', import.meta.url),
      pageUrl: `${url}/longpolling`,
      pages: (count, audience) => ({
        event: audience === 'one' ? 'bench_one' : 'bench_all',
        // As the web client's pages do: they are told with each batch how far they have read, and recognise it by its ids.
        auths: tokens
          .slice(0, count)
          .map((token) => ({ db: database.name, token, positions: {}, parcels: true })),
      }),
      insert(number, to) {
        const [channel, values] =
          to === null ? ['bench_all', { number }] : ['bench_one', { number, to_id: to }];
        return `INSERT INTO web_socketio_message (channel, "values") VALUES ('${channel}', '${JSON.stringify(values)}')`;
      },
      async collectGarbage() {
        process.kill(pid, 'SIGUSR2');
      },
    };
  },
};
