/** What is counted for each database by name alone, and what the metrics say of it. */
export const DATABASE_COUNTS = {
  read: 'Messages read from the database',
  dead: 'Queue messages that became dead letters after too many failures',
  passed_over:
    'Messages of mode each given up after too many failures; the page is told to load its data again',
  handler_failed: 'Times that a handler threw something that does not answer its page',
  handler_restarted: 'Times that a handler that listens was started again after it threw',
  purged_each: 'Messages of mode each deleted for their age',
  purged_queue: 'Queue messages that nobody took in time, deleted for their age',
  resync: 'Times that pages were told to load their data again because the database became another one',
  reconnect: 'Times that the subscription was lost and opened again',
  model_call: 'Calls of Odoo models',
  session_check: 'Requests by which Odoo was asked to look at sessions',
  worker_gone: 'Times that the link of a Python worker ended without its saying so',
  worker_linked: 'Times that a Python worker was linked',
  bus_request: 'Requests by which Odoo was asked for sockets of its bus',
  bus_asked: "Subscriptions, events and ends of sockets of Odoo's bus that Odoo was asked about",
  session_checked: 'Sessions that Odoo was asked to look at',
  bus_notifications: "Notifications of Odoo's bus that were sent, each once for every page that got it",
  queue_look_failed: 'Times that PostgreSQL could not be asked in time how much its queues hold',
  replayed: 'Messages that pages were given because they had missed them',
} as const;

/** The names of what is counted for each database. */
export type DatabaseCount = keyof typeof DATABASE_COUNTS;

/** @param name any text */
export function isDatabaseCount(name: string): name is DatabaseCount {
  return Object.hasOwn(DATABASE_COUNTS, name);
}
