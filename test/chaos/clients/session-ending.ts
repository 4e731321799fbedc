import { sha256 } from '../../support/postgres/catalog/database-schema.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import type { Login } from '../fleet/token-route.ts';

/** One of the ways in which a session ends. */
export interface SessionEnding {
  readonly way: string;
  /** Does OpenERP answer meanwhile? */
  readonly openerp: boolean;
  end(database: TestDatabase, login: Login): Promise<unknown>;
  /** What the page's disconnect handlers are told. */
  readonly reason: string;
  /** May the page try to come back? */
  readonly retry: boolean;
  /** How long tokens live. */
  readonly seconds?: number;
}

const logOut = (database: TestDatabase, { session }: Login) =>
  database.query('SELECT web_socketio_end_session($1)', [sha256(session)]);
const change = (assignment: string) => (database: TestDatabase, login: Login) =>
  database.query(`UPDATE res_users SET ${assignment} WHERE id = $1`, [login.uid]);
const remove = (database: TestDatabase, { uid }: Login) =>
  database.query('DELETE FROM res_users WHERE id = $1', [uid]);

/** Nothing happens but time. */
const wait = () => Promise.resolve();

/** Where OpenERP answers, the page learns there that its session is over, before the sidecar has to close it. */
const proved = (what: string, end: SessionEnding['end']): SessionEnding[] => [
  { way: what, openerp: true, end, reason: 'session_over', retry: false },
  { way: `${what} while OpenERP is down`, openerp: false, end, reason: 'session_unproved', retry: true },
];

export const SESSION_ENDINGS: readonly SessionEnding[] = [
  { way: 'logout', openerp: true, end: logOut, reason: 'session_ended', retry: false },
  { way: 'logout while OpenERP is down', openerp: false, end: logOut, reason: 'session_ended', retry: false },
  ...proved('password changed', change(`password = 'new'`)),
  ...proved('user deactivated', change('active = false')),
  ...proved('user deleted', remove),
  {
    way: 'token expired while OpenERP is down',
    openerp: false,
    end: wait,
    seconds: 3,
    reason: 'token_expired',
    retry: true,
  },
];
