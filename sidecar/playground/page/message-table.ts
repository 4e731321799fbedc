import { find, make, say } from './element.ts';
import { sendMessage, type User } from './playground-route.ts';

/** What `/playground/events` tells of a message. */
export interface MessageNews {
  readonly id: number | string;
  readonly channel: string;
  readonly uid: number | null;
  readonly date: string;
  readonly values: unknown;
  readonly state: string;
}

/** Older rows go from the table of the page, not from PostgreSQL. */
const MOST = 60;

/** In mode `queue` a row says how far it is; in mode `each` it says nothing of the pages that have read it. */
const QUEUE = 'web_socketio_demo.task';

/** The messages of the demonstration's channels, newest first, each with its state. */
export class MessageTable {
  readonly #body = find('messages', HTMLTableSectionElement);
  readonly #empty = find('no-messages', HTMLElement);
  readonly #rows = new Map<string, HTMLTableRowElement>();
  readonly #users: readonly User[];

  constructor(users: readonly User[]) {
    this.#users = users;
    const form = find('add-task', HTMLFormElement);
    const task = find('task', HTMLInputElement);
    const problem = find('task-problem', HTMLElement);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      say(problem, '');
      try {
        await sendMessage(QUEUE, { text: task.value });
        task.value = '';
      } catch (error) {
        say(problem, error instanceof Error ? error.message : String(error));
      }
    });
  }

  show(message: MessageNews): void {
    this.#empty.hidden = true;
    const key = `${message.id}`;
    const row = this.#row(message);
    const known = this.#rows.get(key);
    if (known) known.replaceWith(row);
    else this.#body.prepend(row);
    this.#rows.set(key, row);
    while (this.#rows.size > MOST) this.#forgetOldest();
  }

  #row({ id, channel, uid, values, state }: MessageNews): HTMLTableRowElement {
    const badge = make('span', 'badge', channel === QUEUE || state !== 'waiting' ? state : 'each page');
    badge.dataset['state'] = state;
    const sender = this.#users.find((user) => user.uid === uid);
    const text = make('td', 'values', make('code', '', JSON.stringify(values)));
    if (sender) text.append(make('small', '', `by ${sender.name}`));
    return make(
      'tr',
      '',
      make('td', 'id', `${id}`),
      make('td', 'channel', ...breakable(channel)),
      text,
      make('td', 'state', badge),
    );
  }

  #forgetOldest(): void {
    const [oldest] = this.#rows;
    if (!oldest) return;
    const [key, row] = oldest;
    row.remove();
    this.#rows.delete(key);
  }
}

/** A name that is broken behind `_` and `.` only. */
function breakable(name: string): (Node | string)[] {
  return name.split(/(?<=[_.])/).flatMap((part, index) => (index === 0 ? [part] : [make('wbr', ''), part]));
}
