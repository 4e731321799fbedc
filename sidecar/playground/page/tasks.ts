import { make } from './element.ts';
import type { Feed } from './feed.ts';

/** A seat that nobody looks at must not keep a task. Less than the 30 s that a sidecar waits for an answer at least. */
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
      const until = performance.now() + ANSWER_MS;
      // In a log everything that changes is read aloud: not each second.
      const left = make('span', '');
      left.ariaLive = 'off';
      const outcome = make('small', '', 'Taken. It goes back to the queue in ', left, '.');
      const count = () => {
        left.textContent = `${Math.max(0, Math.ceil((until - performance.now()) / 1_000))} s`;
      };
      count();
      const counting = setInterval(count, 1_000);
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
        clearInterval(counting);
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

  /** The seat takes no more tasks: the sidecar gives what it holds to somebody else. */
  withdraw(): void {
    for (const putBack of [...this.#open]) putBack('Went back to the queue.');
  }

  /** Nobody hears what becomes of a task here. Until a sidecar sees that the seat is gone, the task is still taken. */
  lose(): void {
    for (const putBack of [...this.#open]) {
      putBack('The connection is gone: the task goes back to the queue as soon as a sidecar sees that.');
    }
  }
}
