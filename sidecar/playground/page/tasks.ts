import { make } from './element.ts';
import type { Feed } from './feed.ts';

/** The sidecar waits 30 s for an answer, and then offers the task again: what is shown must not outlast that. */
const ANSWER_MS = 25_000;

/** Thrown to the sidecar: this page does not do the task. */
export class PutBack extends Error {
  override name = 'PutBack';
}

/** The tasks that this seat has taken, and what its user makes of them. */
export class Tasks {
  readonly #feed: Feed;
  readonly #open = new Set<(outcome: string) => void>();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** Shows a task. Resolves when it is done. @throws PutBack */
  ask(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const outcome = make('small', '', 'Taken. It goes back to the queue in 25 s.');
      const done = make('button', 'primary', 'Done');
      const back = make('button', '', 'Put back');
      for (const button of [done, back]) {
        button.type = 'button';
        button.setAttribute('aria-label', `${button.textContent}: ${text}`);
      }
      const buttons = make('div', 'row', done, back);
      this.#feed.show('task', make('b', '', 'Task'), make('p', '', text), buttons, outcome);
      const close = (said: string) => {
        clearTimeout(timer);
        this.#open.delete(putBack);
        if (buttons.contains(document.activeElement)) this.#feed.focus();
        buttons.remove();
        outcome.textContent = said;
      };
      const putBack = (said: string) => {
        close(said);
        reject(new PutBack(said));
      };
      const timer = setTimeout(() => putBack('Nobody answered: put back.'), ANSWER_MS);
      this.#open.add(putBack);
      done.addEventListener('click', () => {
        close('Done.');
        resolve();
      });
      back.addEventListener('click', () => putBack('Put back.'));
    });
  }

  /** The sidecar gives what this seat holds to somebody else. */
  withdraw(): void {
    for (const putBack of [...this.#open]) putBack('Went back to the queue.');
  }
}
