import { expect } from 'vitest';
import type { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { type KnownToken, SessionOver, TokenRefused } from '../../../addon/web_socketio/src/token/token.ts';
import type { Odoo } from '../odoo/odoo.ts';
import { OdooFault } from '../odoo/odoo-rpc.ts';
import type { OdooSession, OdooUser } from '../odoo/odoo-session.ts';
import { openPage } from './browser-page.ts';

const MODEL = 'web_socketio.demo.notification';
const EXPIRED = 'odoo.http.SessionExpiredException';

/** A page of a user who is logged in, in which the demonstration shows its notifications; it ends with the test. */
export class DemonstrationPage {
  readonly session: OdooSession;
  readonly page: Page;
  /** The subjects of what it was shown. */
  readonly shown: string[] = [];
  readonly #socket: SocketIO;

  private constructor(session: OdooSession, sidecarUrl: string) {
    this.session = session;
    const fetchToken = (known: KnownToken) => session.renew(known).catch(tellThePage);
    this.page = openPage(sidecarUrl, { fetchToken, retryBounds: { minMs: 20, maxMs: 500 } }).page;
    this.#socket = new SocketIO('/longpolling', this.page);
    this.#socket.on('web_socketio_demo.notification', (list: readonly { subject: string }[]) => {
      this.shown.push(...list.map(({ subject }) => subject));
    });
  }

  static async open(odoo: Odoo, user: OdooUser, sidecarUrl: string): Promise<DemonstrationPage> {
    const opened = new DemonstrationPage(await odoo.logIn(user), sidecarUrl);
    await opened.whenHeard();
    return opened;
  }

  /** Events of one page arrive in their order: when this one is answered, the handlers of those before it run. */
  async whenHeard(): Promise<void> {
    await expect.poll(() => this.#socket.connected).toBe(true);
    await new Promise((resolve) => this.#socket.emit('all of this has arrived', resolve));
  }

  /** Resolves when the page has ended for good: it could not prove any more who it is. */
  async whenEnded(): Promise<void> {
    await expect.poll(() => this.page.ended).toBe(true);
    expect(this.#socket.connected).toBe(false);
  }
}

/** Sends a notification as the administrator does, with Odoo's own model. */
export async function sendNotification(odoo: Odoo, to: OdooUser, subject: string): Promise<void> {
  const values = { subject, text: 'of the tests', kind: 'info', recipient_ids: [[6, 0, [to.uid]]] };
  const id = await odoo.execute(odoo.admin, MODEL, 'create', [values]);
  await odoo.execute(odoo.admin, MODEL, 'action_send', [[id]]);
}

/** As the web client's own request for a token does. */
function tellThePage(error: unknown): never {
  if (!(error instanceof OdooFault)) throw error;
  throw error.fault === EXPIRED ? new SessionOver(error.message) : new TokenRefused(error.message);
}
