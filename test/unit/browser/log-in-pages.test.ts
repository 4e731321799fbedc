import { expect, it } from 'vitest';
import { LogInPages } from '../../../addon/web_socketio/src/log-in-pages.ts';
import type { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { openPage } from '../../support/browser/browser-page.ts';
import { nextSocket, startServer } from '../../support/browser/browser-server.ts';

/** Pages that really connect, and the user who is logged in. */
async function openPages() {
  const { io, url } = await startServer();
  const asked: string[] = [];
  const session = { user: 'nobody' };
  const makePage = () => {
    let start = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      start = resolve;
    });
    const { page } = openPage(url, {
      ready,
      fetchToken: async () => {
        asked.push(session.user);
        return { db: 'mydb', uid: 7, token: session.user, expires_in: 900 };
      },
    });
    return Object.assign(page, { start });
  };
  const pages = new LogInPages<Page & { start(): void }>(makePage, () => session.user);
  const logIn = (user: string) => {
    session.user = user;
    pages.start();
  };
  return { pages, asked, logIn, session, next: () => nextSocket(io.of('/news')) };
}

it('A socket that was made before anybody logged in connects with the log-in', async () => {
  const { pages, asked, logIn, next } = await openPages();
  new SocketIO('/news', pages.current);
  expect(asked).toEqual([]);
  const socket = next();
  logIn('anna');
  expect((await socket).handshake.auth).toMatchObject({ token: 'anna' });
});

it('A log-out ends what is connected, and what is made afterwards waits for the next log-in', async () => {
  const { pages, asked, logIn, next } = await openPages();
  logIn('anna');
  let arrival = next();
  const before = new SocketIO('/news', pages.current);
  await arrival;
  pages.end();
  expect(before.connected).toBe(false);
  new SocketIO('/news', pages.current);
  arrival = next();
  logIn('ben');
  expect((await arrival).handshake.auth).toMatchObject({ token: 'ben' });
  expect(asked).toEqual(['anna', 'ben']);
});

it('A page of a session that is over, or of another user, gets no new sockets', async () => {
  const { pages, logIn, session } = await openPages();
  logIn('anna');
  const first = pages.current;
  first.end('session_over');
  expect(pages.current).not.toBe(first);
  logIn('anna');
  const second = pages.current;
  session.user = 'ben';
  expect(pages.current).not.toBe(second);
  expect(second.ended).toBe(true);
});

it('The same user keeps the page when the application is shown once more', async () => {
  const { pages, logIn } = await openPages();
  logIn('anna');
  const page = pages.current;
  logIn('anna');
  expect(pages.current).toBe(page);
});
