import type { Remedy } from './remedy.ts';

/** What is found from inside, besides what the sidecar itself would refuse. */
export const INSIDE_CODES = {
  sidecar_not_running: {
    why: 'Pages never connect.',
    mend: 'Start it, or name its address with -i and -p: docs/install.md.',
  },
  sidecar_not_named: {
    why: 'If no sidecar runs at all, pages never connect. One that runs elsewhere was not asked.',
    mend: 'Name yours with -i and -p, or start it: docs/install.md.',
  },
  no_pages: {
    why: 'Nobody has Odoo open at this moment, or pages do not reach the sidecar.',
    mend: 'If somebody has it open, give the address that browsers open: what is found from outside says why.',
  },
  sidecar_not_ready: {
    why: 'A sidecar that is not ready gets no new pages from a proxy that asks for it.',
    mend: 'Look into its log, and for the code in docs/errors.md.',
  },
  few_open_files: {
    why: 'Each page is one open file. A sidecar that has no more of them takes no page.',
    mend: 'Raise the limit: LimitNOFILE=65536 in the unit of systemd, ulimits in Compose, ulimit -n in a shell.',
  },
  proxy_mode_missing: {
    why: 'Behind a proxy Odoo makes links of its own address, and logs the address of the proxy for everybody.',
    mend: "If a proxy is in front, set proxy_mode = True in Odoo's configuration, and restart Odoo.",
  },
  dbfilter_missing: {
    why: 'Of several databases Odoo serves a browser the one that it chose before: a page may ask the sidecar for one, and Odoo for another.',
    mend: "Set dbfilter in Odoo's configuration, such as dbfilter = ^%d$.",
  },
  few_workers: {
    why: 'Each model call of the sidecar takes a worker of Odoo: so many at a time leave no browser one.',
    mend: 'Lower WEB_SOCKETIO_MAX_CURSOR, or raise workers.',
  },
  worker_missing: {
    why: 'Events that are handled in Python are answered worker_unavailable, and nobody takes their messages.',
    mend: 'Start the Python worker: docs/install.md.',
  },
  long_transaction: {
    why: 'Messages of a transaction that goes on are not read, nor is the table cleaned up behind it.',
    mend: 'Find out what holds it: SELECT pid, query FROM pg_stat_activity ORDER BY xact_start LIMIT 1.',
  },
  transactions_hidden: {
    why: 'A transaction that was forgotten keeps its own messages back, and PostgreSQL from cleaning up.',
    mend: 'Ask as a role that sees them: GRANT pg_read_all_stats to this one, or give -c with the settings of Odoo.',
  },
  notify_queue: {
    why: "Once PostgreSQL's queue of notifications is full, every transaction fails that sends one.",
    mend: 'Find the program that listens and does not read: it is an old connection in pg_stat_activity.',
  },
  few_connections: {
    why: 'The sidecar needs up to six for each database, and has to get them after a restart.',
    mend: 'Raise max_connections of PostgreSQL.',
  },
} as const satisfies Record<string, Remedy>;
