import { find, stayAtEnd } from './element.ts';
import { LogInForm } from './log-in-form.ts';
import { OpenERPSession } from './openerp-session.ts';
import { readState, type User } from './playground-route.ts';
import { Room } from './room.ts';

/** `/left` or `/right`: the path under which this seat has its own session. */
const BASE = location.pathname.replace(/\/$/, '');

const { users, database } = await readState();
const session = new OpenERPSession(BASE);
const suggested = users[BASE === '/right' ? 1 : 0];
const title = find('title', HTMLElement);
const logOut = find('log-out', HTMLButtonElement);
const roomSection = find('room', HTMLElement);
const form = new LogInForm(session, database, users, (uid) => {
  enter(uid);
  find('text', HTMLInputElement).focus();
});
let room: Room | undefined;
stayAtEnd(find('feed', HTMLElement));

function enter(uid: number): void {
  const user = users.find((one) => one.uid === uid);
  if (!user) throw new Error(`Odoo let in user ${uid}, whom the playground does not know.`);
  form.hide();
  title.textContent = user.name;
  logOut.hidden = false;
  roomSection.hidden = false;
  room = new Room(session, user, users, () => void look());
}

function leave(last: User | undefined, problem: string, hasFocus: boolean): void {
  room?.leave();
  room = undefined;
  title.textContent = 'Nobody is logged in';
  logOut.hidden = true;
  roomSection.hidden = true;
  form.show(last, problem, hasFocus);
}

/** A lost connection may be the end of the session, in another window for example. */
async function look(): Promise<void> {
  const before = room;
  const uid = await session.uid().catch(() => undefined);
  if (uid === null && room && room === before) leave(suggested, 'The session has ended.', false);
}

logOut.addEventListener('click', () => {
  leave(suggested, '', true);
  void session.logOut().catch((error) => leave(suggested, String(error), true));
});

const uid = await session.uid();
if (uid === null) leave(suggested, '', false);
else enter(uid);
