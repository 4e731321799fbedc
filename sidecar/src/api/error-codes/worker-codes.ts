import type { ErrorEntries } from './error-entry.ts';

/**
 * Python workers, and their links to the sidecar.
 *
 * @internal
 */
export const WORKER_CODES = {
  link_version: {
    meaning:
      'A Python worker and this sidecar are of releases that do not fit, or the tables are older than both. The message says which one to upgrade',
    seenBy: 'log',
  },
  link_proof: {
    meaning:
      'A Python worker came without a proof that the database knows: its row in `web_socketio_worker` is missing, or was not renewed for 30 s. The worker tries again with its present one',
    seenBy: 'log',
    retry: true,
  },
  link_database: {
    meaning:
      'A Python worker came for a database that this sidecar does not serve. Add it to `-d` of the sidecar',
    seenBy: 'log',
  },
  link_declaration: {
    meaning: 'A Python worker declared something that cannot be read. The message quotes it',
    seenBy: 'log',
  },
  link_conflict: {
    meaning:
      'Two Python workers declare an adapter of the same name with another channel, mode, key or `get`. The second waits until the first has gone: stop the one with the older code',
    seenBy: 'log',
    retry: true,
  },
  handler_taken: {
    meaning:
      'An addon has the same handler of `/longpolling` in TypeScript and in Python, as after it was ported. The one in TypeScript runs: take the other one out',
    seenBy: 'log',
  },
  link_draining: {
    meaning: 'A Python worker came while the sidecar was being stopped. It tries again',
    seenBy: 'log',
    retry: true,
    refusal: 'debug',
  },
  link_protocol: {
    meaning:
      'What came over the link of a Python worker is not what the sidecar expects, or a line of it is larger than 32 MiB. The link is closed, and the worker links again',
    seenBy: 'log',
  },
  link_message_too_large: {
    meaning:
      'A message is larger than 16 MiB or nested deeper than 100 levels, which no Python worker can be given. It counts as a failed attempt: send an id instead, and let the handler read the rest by the ORM',
    seenBy: 'log',
  },
  link_silent: {
    meaning:
      'A Python worker or its sidecar has sent nothing for 30 s, not even an answer to a ping. The link is closed',
    seenBy: 'log',
    madeIn: ['sidecar', 'Python worker'],
  },
  link_slow: {
    meaning:
      'More than 64 MiB wait for a Python worker that does not read. Its link is closed. Look in its log for a handler that blocks',
    seenBy: 'log',
  },
  link_sidecar: {
    meaning:
      "What answers at a sidecar's address does not know the answer in the worker's row: it is another program, or a sidecar of another database. The worker gives it nothing, and tries again with a new proof",
    seenBy: 'log',
    retry: true,
    madeIn: ['Python worker'],
  },
  link_unreachable: {
    meaning:
      "A Python worker reaches no sidecar at that address. It tries again until it does: look at `--sidecar`, and at the sidecar's log",
    seenBy: 'log',
    retry: true,
    madeIn: ['Python worker'],
  },
  link_lost: {
    meaning: 'The link of a Python worker to its sidecar ended. Its handlers end, and the worker links again',
    seenBy: 'log',
    retry: true,
    madeIn: ['Python worker'],
  },
  link_failed: {
    meaning: 'A mistake of the Python worker itself ended a link; its log has the traceback. It links again',
    seenBy: 'log',
    madeIn: ['Python worker'],
  },
  worker_missing: {
    meaning: "Something of the API was called where no handler of a page runs, such as in Odoo's own server",
    seenBy: 'log',
    madeIn: ['Python worker'],
  },
  worker_registry: {
    meaning: 'A Python worker cannot have the registry of a database at present; its log says why',
    seenBy: 'log',
    retry: true,
    madeIn: ['Python worker'],
  },
  registry_listen: {
    meaning:
      '`OpenERPRegistry.listen` was called: call `listen` of a namespace, of a session, or of an adapter in a handler',
    seenBy: 'log',
    madeIn: ['Python worker'],
  },
  worker_gone: {
    meaning:
      'A warning: the link of a Python worker ended. What its handlers held is offered again, and pages wait for another worker',
    seenBy: 'log',
  },
} as const satisfies ErrorEntries;
