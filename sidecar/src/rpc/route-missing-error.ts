import { SocketIOError } from '../api/error.ts';
import type { ModelCall } from './model-caller.ts';

/** OpenERP does not know, in one database, what takes calls: nothing was carried out. */
export class RouteMissingError extends SocketIOError {
  /** @param missing such as the path of a route */
  constructor(missing: string, { db, model, method }: ModelCall) {
    super(
      'openerp_answer',
      `OpenERP knows no ${missing} in '${db}', so that ${model}.${method} was not carried out. Is web_socketio installed there, and is --openerp-url OpenERP's address?`,
    );
  }
}
