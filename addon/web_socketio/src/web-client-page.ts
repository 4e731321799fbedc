import { Page, type PageRecord } from './page.ts';
import type { FetchToken } from './token/token.ts';

/** Errors of handlers, and what slows a page, belong where an addon's author looks. */
const log = console;

/** The page of a web client: nothing connects before `start`, so that addons have registered their handlers by then. */
export class WebClientPage extends Page {
  /** The web client is ready: sockets may connect from now on. */
  readonly start: () => void;

  constructor(fetchToken: FetchToken, record?: PageRecord) {
    let start = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      start = resolve;
    });
    super({
      fetchToken,
      ready,
      window,
      record,
      report: (error) => log.error('web_socketio:', error),
      warn: (text) => log.warn('web_socketio:', text),
    });
    this.start = start;
  }
}
