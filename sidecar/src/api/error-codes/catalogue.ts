import { BUS_CODES } from './bus-codes.ts';
import { CONNECTION_CODES } from './connection-codes.ts';
import type { ErrorEntry } from './error-entry.ts';
import { HANDLER_CODES } from './handler-codes.ts';
import { MODULE_CODES } from './module-codes.ts';
import { ODOO_CODES } from './odoo-codes.ts';
import { POSTGRES_CODES } from './postgres-codes.ts';
import { PROCESS_CODES } from './process-codes.ts';
import { WORKER_CODES } from './worker-codes.ts';

const CATALOGUE = {
  ...PROCESS_CODES,
  ...POSTGRES_CODES,
  ...ODOO_CODES,
  ...MODULE_CODES,
  ...HANDLER_CODES,
  ...CONNECTION_CODES,
  ...WORKER_CODES,
  ...BUS_CODES,
};

/** A code that the sidecar, a page or web_longpolling makes. Addons have codes of their own besides. */
export type ErrorCode = keyof typeof CATALOGUE;

export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorEntry>> = CATALOGUE;

/** The catalogue in parts, in the order of the documentation. */
export const ERROR_PARTS = [
  { title: 'Starting and stopping', codes: PROCESS_CODES },
  { title: 'PostgreSQL and the database', codes: POSTGRES_CODES },
  { title: 'Calling Odoo', codes: ODOO_CODES },
  { title: 'Server modules', codes: MODULE_CODES },
  { title: 'Events and handlers', codes: HANDLER_CODES },
  { title: 'Connections and sessions', codes: CONNECTION_CODES },
  { title: 'Python workers', codes: WORKER_CODES },
  { title: "Odoo's own bus", codes: BUS_CODES },
] as const;
