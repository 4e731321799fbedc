import type { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { find, say } from './element.ts';
import { Feed, type Notification } from './feed.ts';
import type { OpenERPSession } from './openerp-session.ts';
import { People } from './people.ts';
import type { User } from './playground-route.ts';
import { type Link, SeatSocket } from './seat-socket.ts';
import { PutBack, Tasks } from './tasks.ts';

const LINKS: Record<Link, string> = {
  connecting: 'connecting',
  away: 'no connection',
  websocket: 'websocket',
  polling: 'long-polling',
};

/** What a user sees who is logged in: the browser's part of the demonstration addon. */
export class Room {
  readonly #session: OpenERPSession;
  readonly #user: User;
  readonly #users: readonly User[];
  readonly #feed = new Feed(find('feed', HTMLElement));
  readonly #people: People;
  readonly #tasks = new Tasks(this.#feed);
  readonly #link = find('link', HTMLElement);
  readonly #text = find('text', HTMLInputElement);
  readonly #recipient = find('recipient', HTMLSelectElement);
  readonly #problem = find('send-problem', HTMLElement);
  readonly #work = find('work', HTMLInputElement);
  readonly #polling = find('polling', HTMLInputElement);
  readonly #connection: SeatSocket;
  readonly #socket: SocketIO;
  readonly #leaving = new AbortController();

  /** @param lost called when the connection is lost or the session has ended */
  constructor(session: OpenERPSession, user: User, users: readonly User[], lost: () => void) {
    this.#session = session;
    this.#user = user;
    this.#users = users;
    this.#feed.clear();
    this.#people = new People(find('people', HTMLElement), users, user.uid);
    const others = users.filter(({ uid }) => uid !== user.uid);
    this.#recipient.replaceChildren(...others.map(({ name, uid }) => new Option(name, `${uid}`)));
    say(this.#problem, '');
    this.#connection = new SeatSocket(session.base, this.#polling.checked, {
      linked: (link) => this.#linked(link),
      lost,
      report: (error) => {
        if (!(error instanceof PutBack)) this.#feed.failed(reason(error));
      },
    });
    this.#socket = this.#connection.socket;
    this.#listen();
    this.#join();
    this.#obey();
  }

  /** Ends the socket and forgets what the user has seen. */
  leave(): void {
    this.#leaving.abort();
    this.#tasks.withdraw();
    this.#connection.end();
    this.#feed.clear();
    this.#text.value = '';
    this.#work.checked = false;
    this.#link.hidden = true;
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('web_socketio_demo.notification', (notifications: Notification[]) => {
      for (const notification of notifications) this.#feed.notified(notification);
    });
    socket.on('web_socketio_demo.said', (lines: { uid: number; text: string }[]) => {
      for (const { uid, text } of lines) this.#feed.said(this.#nameOf(uid), text, uid === this.#user.uid);
    });
    socket.on('web_socketio_demo.task', async (tasks: { text: string }[]) => {
      await Promise.all(tasks.map(({ text }) => this.#tasks.ask(text)));
    });
    socket.on('web_socketio_demo.hello', (uid: number) => {
      this.#people.add(uid);
      if (uid === this.#user.uid) this.#connection.show();
      else socket.emit('web_socketio_demo.here');
    });
    socket.on('web_socketio_demo.here', (uid: number) => this.#people.add(uid));
    socket.on('web_socketio_demo.gone', (uid: number) => {
      // Another window of the same user has gone: this one is still here.
      if (uid === this.#user.uid) socket.emit('web_socketio_demo.here');
      else this.#people.remove(uid);
    });
    socket.on('resync', ({ reason: why }: { reason: string }) => {
      this.#feed.note(`Something was missed that cannot be shown (${why}).`);
    });
    socket.add_disconnect_method(() => {
      this.#people.clear();
      this.#tasks.lose();
      this.#feed.note('Disconnected. It comes back by itself.');
    });
    socket.add_reconnect_method(() => {
      this.#feed.note('Connected again. What was missed follows.');
      this.#join();
    });
  }

  /** The handlers of these events run as long as the connection, so each connection begins with them. */
  #join(): void {
    this.#socket.emit('web_socketio_demo.join');
    if (this.#work.checked) this.#socket.emit('web_socketio_demo.work');
  }

  #obey(): void {
    const { signal } = this.#leaving;
    const form = find('compose', HTMLFormElement);
    const notify = find('notify', HTMLButtonElement);
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      if (event.submitter === notify) void this.#notify();
      else this.#say();
    };
    form.addEventListener('submit', submit, { signal });
    const force = () => {
      this.#connection.isPollingOnly = this.#polling.checked;
    };
    this.#polling.addEventListener('change', force, { signal });
    this.#work.addEventListener('change', () => this.#takeTasks(), { signal });
  }

  #takeTasks(): void {
    if (this.#work.checked) {
      this.#socket.emit('web_socketio_demo.work');
    } else {
      this.#socket.emit('stop event', 'web_socketio_demo.work');
      this.#tasks.withdraw();
    }
  }

  #say(): void {
    this.#socket.emit('web_socketio_demo.say', this.#text.value, (answer?: { code?: string }) => {
      if (answer?.code) this.#feed.failed(`It was not said: ${answer.code}.`);
    });
    if (!this.#socket.connected) this.#feed.note('Kept here until the sidecar is back.');
    this.#text.value = '';
    this.#text.focus();
  }

  async #notify(): Promise<void> {
    const to = Number(this.#recipient.value);
    const text = this.#text.value;
    say(this.#problem, '');
    try {
      await this.#session.notify(to, `From ${this.#user.name}`, text);
      this.#feed.note(`Notified ${this.#nameOf(to)}: ${text}`);
      this.#text.value = '';
    } catch (error) {
      say(this.#problem, reason(error));
    }
    this.#text.focus();
  }

  #linked(link: Link): void {
    say(this.#link, LINKS[link]);
    this.#link.dataset['state'] = link;
  }

  #nameOf(uid: number): string {
    return this.#users.find((user) => user.uid === uid)?.name ?? `user ${uid}`;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
