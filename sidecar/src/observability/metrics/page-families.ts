import type { Families } from './families.ts';

/** Pages, their sockets, and who was let in. */
export function addPageFamilies(families: Families): void {
  const { counts, look } = families.facts;
  families.gauge({
    ...{ name: 'web_socketio_pages', help: 'Connected pages', labels: [] },
    samples: () => [[{}, look().pages]],
  });
  families.gauge({
    name: 'web_socketio_database_pages',
    help: 'Connected pages, by how they are connected',
    labels: ['db', 'transport'],
    samples: () =>
      families.databases(({ db, pages }) =>
        Object.entries(pages.transports).map(([transport, count]) => [{ db, transport }, count]),
      ),
  });
  families.gauge({
    name: 'web_socketio_users',
    help: 'Different users who have a page connected',
    labels: ['db'],
    samples: () => families.databases(({ db, pages }) => [[{ db }, pages.users]]),
  });
  families.gauge({
    name: 'web_socketio_sockets',
    help: 'Sockets whose session is proved: one for each namespace of a page',
    labels: ['db', 'namespace', 'transport'],
    samples: () =>
      families.nameSpaces(({ sockets }, labels) =>
        Object.entries(sockets).map(([transport, count]) => [{ ...labels, transport }, count]),
      ),
  });
  families.counter({
    name: 'web_socketio_handshakes_total',
    help: 'Sockets whose session was proved',
    labels: ['db', 'namespace'],
    samples: () => families.nameSpaces(({ handshakes }, labels) => [[labels, handshakes]]),
  });
  families.counter({
    name: 'web_socketio_refusals_total',
    help: 'Handshakes and requests that were refused, by code; the database is empty where it was not known yet',
    labels: ['db', 'code'],
    *samples() {
      for (const [code, count] of counts.refusals) yield [{ db: '', code }, count];
      yield* families.databases(({ db, refusals }) =>
        [...refusals].map(([code, count]) => [{ db, code }, count]),
      );
    },
  });
  families.counter({
    name: 'web_socketio_ended_total',
    help: 'Sockets that the sidecar ended, by the code that their page was told',
    labels: ['db', 'namespace', 'code'],
    samples: () =>
      families.nameSpaces(({ ended }, labels) =>
        [...ended].map(([code, count]) => [{ ...labels, code }, count]),
      ),
  });
  families.counter({
    name: 'web_socketio_cut_total',
    help: 'Connections that were cut because of what came over them or was not read, by code',
    labels: ['code'],
    samples: () => [...counts.cuts].map(([code, count]) => [{ code }, count]),
  });
}
