/** The OpenERP session of one seat: a cookie that its server keeps under the seat's own path. */
export class OpenERPSession {
  /** The seat's path, without a slash at its end. */
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  /** The user who is logged in, or null. */
  async uid(): Promise<number | null> {
    try {
      return readUid(await this.#call('session/get_session_info', {}));
    } catch (error) {
      if (error instanceof OpenERPRefusal) return null;
      throw error;
    }
  }

  /** @throws OpenERPRefusal with OpenERP's own words if login or password are wrong */
  async logIn(db: string, login: string, password: string): Promise<number> {
    const uid = readUid(await this.#call('session/authenticate', { db, login, password }));
    if (uid === null) throw new OpenERPRefusal('Login or password are wrong.');
    return uid;
  }

  async logOut(): Promise<void> {
    await this.#call('session/destroy', {});
  }

  /** Sends a notification as the form of the demonstration addon does, in the transaction of the second call. */
  async notify(to: number, subject: string, text: string): Promise<void> {
    // How the form is told for which user it was opened.
    const context = { active_model: 'res.users', active_ids: [to] };
    const model = 'web_socketio.demo.notification';
    const id = await this.#callModel(model, 'create', [{ subject, text }], { context });
    await this.#callModel(model, 'action_send', [id], {});
  }

  async #callModel(model: string, method: string, args: unknown[], kwargs: object): Promise<unknown> {
    return await this.#call('dataset/call_kw', { model, method, args, kwargs });
  }

  async #call(route: string, params: object): Promise<unknown> {
    const response = await fetch(`${this.base}/web/${route}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params }),
    });
    if (!response.ok) throw new Error(`The playground answered HTTP ${response.status}.`);
    const { error, result } = fieldsOf(await response.json());
    if (error === undefined) return result;
    const { message, data } = fieldsOf(error);
    const said = fieldsOf(data)['message'] ?? message;
    throw new OpenERPRefusal(typeof said === 'string' ? said : 'Odoo refused it.');
  }
}

/** OpenERP answered, and said no. */
export class OpenERPRefusal extends Error {
  override name = 'OpenERPRefusal';
}

function readUid(info: unknown): number | null {
  const { uid } = fieldsOf(info);
  return typeof uid === 'number' && uid > 0 ? uid : null;
}

function fieldsOf(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? { ...data } : {};
}
