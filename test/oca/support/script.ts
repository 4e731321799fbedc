import { Manager, type Socket } from 'socket.io-client';
import { expect, onTestFinished } from 'vitest';
import { OdooSession, type OdooUser } from '../../support/odoo/odoo-session.ts';
import type { OdooStack } from '../../support/odoo/odoo-stack.ts';
import type { Refusal } from '../../support/sidecar/test-sidecar.ts';

/** By what a script says who it is. */
type Proof = { readonly token: string } | { readonly session_id: string };

/** Where a script connects: the proxy, the database, and by which host it comes. */
export interface Door {
  readonly nginx: { readonly url: string };
  readonly odoo: { readonly database: string };
  readonly host?: string;
}

/** A program without a browser: it comes through the proxy, notes what it is shown and how it ends, and never comes back. */
export class Script {
  /** The subjects of the notifications that it was shown. */
  readonly shown: string[] = [];
  /** Why the sidecar ended it. */
  end: Refusal | undefined;
  readonly #notifications: Socket;
  readonly #calls: Socket;

  private constructor({ odoo, nginx, host }: Door, proof: Proof) {
    const manager = new Manager(nginx.url, {
      reconnection: false,
      autoConnect: false,
      // Node's requests for long-polling go by no other name than that of their address.
      ...(host !== undefined && { extraHeaders: { Host: host }, transports: ['websocket'] }),
    });
    const auth = { db: odoo.database, ...proof };
    this.#notifications = manager.socket('/longpolling', { auth });
    this.#calls = manager.socket('/web_socketio_test', { auth });
    this.#notifications.on(
      'web_socketio_demo.notification',
      (list: readonly { readonly subject: string }[], acknowledge: (answer: object) => void) => {
        this.shown.push(...list.map(({ subject }) => subject));
        acknowledge({ ok: true });
      },
    );
    this.#notifications.on('web_socketio.end', (end: Refusal) => {
      this.end = end;
    });
    // A script that a sidecar of before asks for it again.
    if ('session_id' in proof) {
      for (const socket of [this.#notifications, this.#calls]) {
        socket.on('get session id', () => socket.emit('session id', proof.session_id));
      }
    }
    onTestFinished(() => {
      for (const socket of [this.#notifications, this.#calls]) socket.disconnect();
    });
  }

  /** One that has been let in. */
  static async open(door: Door, proof: Proof): Promise<Script> {
    const script = new Script(door, proof);
    const refusal = await script.#connect();
    if (refusal !== null) throw new Error(`${refusal.code}: ${refusal.message}`);
    return script;
  }

  /** Tries once. @returns the code of the refusal, `let in` if there is none */
  static async try(door: Door, proof: Proof): Promise<string> {
    return (await new Script(door, proof).#connect())?.code ?? 'let in';
  }

  get connected(): boolean {
    return this.#notifications.connected;
  }

  /** Calls a model, by a handler of the sidecar. */
  call(model: string, method: string, args: readonly unknown[], kwargs: object = {}): Promise<unknown> {
    return this.#calls.timeout(60_000).emitWithAck('call', model, method, args, kwargs);
  }

  /** Resolves when the sidecar has ended it. @returns how many milliseconds that took */
  async whenEnded(timeout: number): Promise<number> {
    const start = performance.now();
    await expect.poll(() => this.connected, { timeout, interval: 50 }).toBe(false);
    return Math.round(performance.now() - start);
  }

  async #connect(): Promise<Refusal | null> {
    const answers = [this.#notifications, this.#calls].map(
      (socket) =>
        new Promise<Refusal | null>((resolve) => {
          socket.once('connect', () => resolve(null));
          socket.once('connect_error', (error: Error & { data?: Refusal }) =>
            resolve(error.data ?? { code: 'transport', message: error.message, retry: true }),
          );
          socket.connect();
        }),
    );
    return (await Promise.all(answers)).find((answer) => answer !== null) ?? null;
  }
}

/** Logs in through the proxy, as a browser does, and asks for something: with that Odoo lists it as a device. */
export async function logIn({ odoo, nginx }: OdooStack, user: OdooUser): Promise<OdooSession> {
  const session = new OdooSession(nginx.url);
  await session.logIn(odoo.database, user);
  await session.call('res.users', 'read', [[user.uid], ['name']]);
  return session;
}
