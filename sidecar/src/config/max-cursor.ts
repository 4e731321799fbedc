import type { OdooConf } from './odoo-conf.ts';
import type { Sources } from './sources.ts';
import { toWholeNumber } from './whole-number.ts';

const VARIABLE = 'WEB_SOCKETIO_MAX_CURSOR';
/** Where OpenERP works with threads, or its configuration file is not known. */
const USUAL = 8;

/**
 * How many model calls of one database may run at a time. Each takes a worker of OpenERP for as long as it lasts: eight of
 * them would leave no browser one where there are four, so unless something else is set one is left.
 *
 * @throws SidecarError `option_invalid`
 */
export function readMaxCursor({ flags, variables, conf }: Sources): number {
  const given = flags.maxCursor === undefined ? variables : { [VARIABLE]: flags.maxCursor };
  return toWholeNumber(given, VARIABLE, { otherwise: byWorkers(conf) });
}

/** Is it what it is because OpenERP has so few workers? */
export function isByWorkers({ flags, variables, conf }: Sources): boolean {
  return flags.maxCursor === undefined && variables[VARIABLE] === undefined && byWorkers(conf) < USUAL;
}

function byWorkers(conf: OdooConf): number {
  const workers = Number(conf.get('workers'));
  // Threads are many; and what is no number OpenERP itself refuses.
  return Number.isInteger(workers) && workers > 0 ? Math.min(USUAL, Math.max(1, workers - 1)) : USUAL;
}
