import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { OdooSession } from '../odoo/odoo-session.ts';

const State = z.object({
  users: z.array(z.object({ uid: z.number(), login: z.string(), name: z.string(), password: z.string() })),
  sidecar: z.object({ state: z.enum(['running', 'stopped', 'starting']), url: z.string() }),
  module: z.object({ path: z.string(), text: z.string() }),
  database: z.string(),
});

/** What the playground tells of itself. */
export async function readState(url: string): Promise<z.infer<typeof State>> {
  return State.parse(await (await fetch(new URL('/playground/state', url))).json());
}

/** One of the playground's two users: a session under the seat's path, and the browser's half of the addon. */
export class Seat {
  readonly session: OdooSession;
  readonly socket: SocketIO;

  private constructor(session: OdooSession) {
    this.session = session;
    const page = new Page({
      fetchToken: (known) => session.renew(known),
      report: (error) => {
        throw error;
      },
      retryBounds: { minMs: 100, maxMs: 500 },
    });
    onTestFinished(() => page.end());
    this.socket = new SocketIO('/longpolling', page);
  }

  /** Logs in as the user to whom the seat belongs. */
  static async take(url: string, path: '/left' | '/right'): Promise<Seat> {
    const { users, database } = await readState(url);
    const user = users[path === '/left' ? 0 : 1];
    if (user === undefined) throw new Error('The playground has no two users.');
    const session = new OdooSession(url, path);
    await session.logIn(database, user);
    return new Seat(session);
  }

  /** The first argument of the next event of that name. */
  next(event: string): Promise<unknown> {
    return new Promise((resolve) => this.socket.once(event, resolve));
  }

  /** Sends a notification through OpenERP's model, as the form of its web client does. */
  async notify(uid: number, subject: string): Promise<void> {
    const values = { subject, text: 'It is ready', recipient_ids: [[6, 0, [uid]]] };
    const id = await this.session.call('web_socketio.demo.notification', 'create', [values]);
    await this.session.call('web_socketio.demo.notification', 'action_send', [[id]]);
  }
}
