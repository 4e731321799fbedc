import { join } from 'node:path';
import pg from 'pg';
import xmlrpc from 'xmlrpc';
import { z } from 'zod';
import { askAsSidecar, type OpenERPServer } from '../../contract/openerp-server.ts';
import { OdooFault } from '../odoo/odoo-rpc.ts';
import type { OdooUser } from '../odoo/odoo-session.ts';
import { OpenERP7Session } from './openerp7-session.ts';

const Fault = z.object({ faultCode: z.union([z.string(), z.number()]), faultString: z.string() });
const Variables = z.object({
  OPENERP7_URL: z.url(),
  OPENERP7_OTHER_URL: z.url(),
  OPENERP7_POSTGRES: z.url(),
  OPENERP7_SESSIONS: z.string(),
  OPENERP7_PYTHON: z.string(),
  OPENERP7_CONFIG: z.string(),
  OPENERP7_ADMIN_PASSWORD: z.string().default('admin'),
});

/** An OpenERP 7.0 that runs already, as two server processes of one database. Who opens it closes it. */
export class OpenERP7 implements OpenERPServer {
  readonly url: string;
  /** The second server process: it has a memory of its own for passwords. */
  readonly otherUrl: string;
  readonly database: string;
  readonly postgres: URL;
  /** The folder of the sessions' files. */
  readonly sessions: string;
  /** A program that is OpenERP's Python, with OpenERP and gevent on its path. */
  readonly python: string;
  readonly configFile: string;
  readonly admin: OdooUser;
  readonly #pool: pg.Pool;

  private constructor(variables: z.infer<typeof Variables>) {
    this.url = variables.OPENERP7_URL;
    this.otherUrl = variables.OPENERP7_OTHER_URL;
    this.sessions = variables.OPENERP7_SESSIONS;
    this.python = variables.OPENERP7_PYTHON;
    this.configFile = variables.OPENERP7_CONFIG;
    this.postgres = new URL(variables.OPENERP7_POSTGRES);
    this.database = this.postgres.pathname.slice(1);
    this.admin = { uid: 1, login: 'admin', password: variables.OPENERP7_ADMIN_PASSWORD };
    this.#pool = new pg.Pool({ connectionString: variables.OPENERP7_POSTGRES, max: 4 });
  }

  /** The server that the environment names. */
  static open(env: NodeJS.ProcessEnv): OpenERP7 {
    const { data, error } = Variables.safeParse(env);
    if (data === undefined) {
      throw new Error(`Say where OpenERP 7.0 is, see test/openerp7/README.md: ${z.prettifyError(error)}`);
    }
    return new OpenERP7(data);
  }

  /** Runs a method by RPC, outside of any session; `password` may be a token. */
  execute(
    { uid, password }: Pick<OdooUser, 'uid' | 'password'>,
    model: string,
    method: string,
    args: readonly unknown[] = [],
    url = this.url,
  ): Promise<unknown> {
    return this.#rpc(url, '/xmlrpc/object', 'execute', [
      this.database,
      uid,
      password,
      model,
      method,
      ...args,
    ]);
  }

  /** The user who may log in so, false if there is none. */
  commonLogin(login: string, password: string): Promise<unknown> {
    return this.#rpc(this.url, '/xmlrpc/common', 'login', [this.database, login, password]);
  }

  /** An employee without further rights. */
  async createUser(login: string): Promise<OdooUser> {
    const password = `${login}-password`;
    const values = { name: login, login, password, email: `${login}@example.org` };
    const uid = z.number().parse(await this.execute(this.admin, 'res.users', 'create', [values]));
    return { uid, login, password };
  }

  async logIn(user: Pick<OdooUser, 'login' | 'password'>): Promise<OpenERP7Session> {
    const session = new OpenERP7Session(this.url);
    await session.logIn(this.database, user);
    return session;
  }

  /** A user who is logged in, with the token of a page. */
  async userWithToken(
    login: string,
  ): Promise<{ user: OdooUser; session: OpenERP7Session; token: string; handle: string }> {
    const user = await this.createUser(login);
    const session = await this.logIn(user);
    const { token, handle } = await session.token();
    return { user, session, token, handle };
  }

  /** What OpenERP keeps of a browser. */
  fileOf({ sid }: OpenERP7Session): string {
    return join(this.sessions, `werkzeug_${sid}.sess`);
  }

  /** A token for a session, by its two keys. */
  exchange({ sid, sessionId }: OpenERP7Session): Promise<unknown> {
    return askAsSidecar(this, 'exchange', { sid, session_id: sessionId });
  }

  /** Runs a method by RPC as the user of a token, by another password. */
  async carryAs(token: string, password: string, model: string, method: string): Promise<unknown> {
    return await this.execute({ uid: await this.#userOf(token), password }, model, method);
  }

  async carry(token: unknown, call: string): Promise<unknown> {
    const password = `${token}`;
    const uid = await this.#userOf(password.split('.')[0] ?? '');
    return await this.execute({ uid, password }, 'web_socketio.call', 'call_json', [call]);
  }

  /** Changes a password behind the back of OpenERP; gives what puts it back. Null is that of a user from a directory. */
  async spoilPassword(
    { uid }: Pick<OdooUser, 'uid'>,
    password: string | null = 'spoilt',
  ): Promise<() => Promise<void>> {
    const columns = await this.sql(
      `SELECT column_name AS name FROM information_schema.columns
         WHERE table_name = 'res_users' AND column_name IN ('password', 'password_crypt')`,
    );
    const names = columns.map(({ name }) => `${name}`);
    const set = (values: readonly string[]) => {
      const assignments = names.map((name, index) => `${name} = ${values[index]}`);
      return this.sql(`UPDATE res_users SET ${assignments.join()} WHERE id = $1`, [uid]);
    };
    const quoted = names.map((name) => `quote_nullable(${name}) AS ${name}`);
    const [row = {}] = await this.sql(`SELECT ${quoted.join()} FROM res_users WHERE id = $1`, [uid]);
    const quotedPassword = password === null ? 'NULL' : `'${password}'`;
    await set(names.map((name) => (name === 'password' ? quotedPassword : 'NULL')));
    return async () => {
      await set(names.map((name) => `${row[name]}`));
    };
  }

  async sql(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#pool.query<Record<string, unknown>>(text, [...values]);
    return rows;
  }

  /** A connection for a transaction. Whoever takes it releases it. */
  connect(): Promise<pg.PoolClient> {
    return this.#pool.connect();
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #userOf(token: string): Promise<number> {
    const [row] = await this.sql(
      `SELECT uid FROM web_socketio_session WHERE token_sha256 = sha256(convert_to($1, 'UTF8'))`,
      [token],
    );
    // Whose token it is not, it is the administrator's last of all.
    return Number(row?.['uid'] ?? this.admin.uid);
  }

  #rpc(url: string, path: string, method: string, params: unknown[]): Promise<unknown> {
    const client = xmlrpc.createClient({ url: new URL(path, url).href });
    return new Promise((resolve, reject) => {
      client.methodCall(method, params, (error, value) => {
        if (error === null) return resolve(value);
        const { data } = Fault.safeParse(error);
        if (data === undefined) return reject(error);
        const { faultCode, faultString } = data;
        const name = faultCode === 'AccessDenied' ? 'odoo.exceptions.AccessDenied' : `${faultCode}`;
        reject(new OdooFault(name, faultString, 0));
      });
    });
  }
}
