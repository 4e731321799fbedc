import { Page } from './page.ts';
import type { FetchToken } from './token.ts';

/** Errors of handlers, and what slows a page, belong where an addon's author looks. */
const log = console;

/** The page of a web client: nothing connects before `start`, so that the first events find the handlers of addons. */
export class WebClientPage extends Page {
  /** The web client is there: connect what has been made, and what will be. */
  readonly start: () => void;

  constructor(fetchToken: FetchToken) {
    let start = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      start = resolve;
    });
    super({
      fetchToken,
      ready,
      window,
      report: (error) => log.error('web_socketio:', error),
      warn: (text) => log.warn('web_socketio:', text),
    });
    this.start = start;
  }
}
