import type { Page } from 'playwright-core';
import type { Dialect } from '../../contract/dialect.ts';

/** What the tests of a real Odoo have to know of its series. */
export interface Series {
  /** For people. */
  readonly name: string;
  /** Its folder in `.cache`, with the launcher. */
  readonly folder: string;
  /** Options of its configuration file that other series do not have. */
  readonly options: Readonly<Record<string, string>>;
  /** The line of its log that says that it can be used. */
  readonly ready: RegExp;
  readonly dialect: Dialect;
  /** Is its bus a WebSocket, which web_socketio_bus serves? */
  readonly hasBus: boolean;
  /** Are its views those that web_live makes live? */
  readonly hasLiveViews: boolean;
  /** Has it the web client of 16.0, with the methods of models that go with it? */
  readonly isOwl: boolean;
  readonly webClient: SeriesWebClient;
}

/** How the web client of a series is used. */
export interface SeriesWebClient {
  /** Its path. */
  readonly path: string;
  /** Run in the page, whose types are not known here: is the shared socket connected? */
  readonly connected: string;
  /** Run in the page: ends the shared socket, after which no code of the page wants one. */
  readonly disconnect: string;
  /** Its path in the developer mode, in which Odoo shows what is technical. */
  readonly developerPath: string;
  /** What opens the user menu. */
  readonly userMenu: string;
  /** In the user menu: says how the page is connected. */
  readonly stateItem: string;
  /** Opens the user menu as it is on a phone. */
  openPhoneMenu(page: Page): Promise<void>;
  /** From the next load on another addon has changed the user menu, so that what ours knows of it is not there. */
  changeUserMenu(page: Page): Promise<void>;
  /** Messages in the console that Odoo itself causes. */
  readonly knownErrors: RegExp;
  /** Where a notification of success is. */
  readonly success: string;
  /** The texts of the notifications on the screen: `Title. Text`. */
  notifications(page: Page): Promise<string[]>;
  /** From a user's form: fills in the form of the demonstration, and sends it as a success that stays. */
  sendNotification(page: Page, url: string, uid: number, subject: string, text: string): Promise<void>;
  /** Goes to *Settings → Technical* in developer mode, as users do, and chooses a menu. @param menu its external id */
  openTechnicalMenu(page: Page, url: string, menu: string): Promise<void>;
  /** The button of a row of a list that deletes it, when it has been asked. */
  readonly deleteButton: string;
  /** The rows of a list. */
  readonly rows: string;
  /** Run in the page: it turns to companies 1 and 2, by loading itself anew if that is the series' way. */
  readonly showCompanies: string;
  /** Clicks, and waits for the page to log in. */
  logOut(page: Page): Promise<void>;
}
