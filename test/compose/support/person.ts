import { z } from 'zod';
import { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { OdooSession, type OdooUser } from '../../support/odoo/odoo-session.ts';
import type { Stack } from './stack.ts';

export const DATABASE = 'demo-19.0';

/** A user who is logged in to the stack, through nginx. */
export class Person implements OdooUser {
  readonly uid: number;
  readonly login: string;
  readonly password: string;
  readonly session: OdooSession;
  readonly #url: string;

  private constructor(uid: number, login: string, session: OdooSession, url: string) {
    this.uid = uid;
    this.login = login;
    this.password = login;
    this.session = session;
    this.#url = url;
  }

  /** One of the users that the stack has: each has the name as password. */
  static async logIn({ url }: Stack, login: 'admin' | 'anna' | 'ben'): Promise<Person> {
    const session = new OdooSession(url);
    const params = { db: DATABASE, login, password: login };
    const { uid } = z
      .object({ uid: z.number() })
      .parse(await session.post('/web/session/authenticate', params));
    return new Person(uid, login, session, url);
  }

  /** Sends a notification, as the form in the web client does. */
  async notify({ uid }: OdooUser, subject: string): Promise<void> {
    const values = { subject, text: 'It is ready.', recipient_ids: [[6, 0, [uid]]], sticky: true };
    const id = await this.session.call('web_socketio.demo.notification', 'create', [values]);
    await this.session.call('web_socketio.demo.notification', 'action_send', [[id]]);
  }

  /** A page without a browser: the subjects that it gets, growing. Whoever opens it closes it. */
  openPage(): OpenPage {
    const page = new Page({
      origin: this.#url,
      fetchToken: (known) => this.session.renew(known),
      retryBounds: { minMs: 100, maxMs: 500 },
      report: (error) => errors.push(error),
    });
    const subjects: string[] = [];
    const errors: unknown[] = [];
    const socket = new SocketIO('/longpolling', page);
    socket.on('web_socketio_demo.notification', (messages: unknown) => {
      for (const { subject } of Notifications.parse(messages)) subjects.push(subject);
    });
    return { socket, subjects, errors, close: () => page.end() };
  }
}

const Notifications = z.array(z.object({ subject: z.string() }));

export interface OpenPage {
  readonly socket: SocketIO;
  readonly subjects: readonly string[];
  readonly errors: readonly unknown[];
  close(): void;
}
