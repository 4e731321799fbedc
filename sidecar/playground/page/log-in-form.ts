import { find, make, say } from './element.ts';
import { OpenERPRefusal, type OpenERPSession } from './openerp-session.ts';
import type { User } from './playground-route.ts';

/** The form by which a user logs in to a seat. */
export class LogInForm {
  readonly #form = find('log-in', HTMLFormElement);
  readonly #login = find('login', HTMLInputElement);
  readonly #password = find('password', HTMLInputElement);
  readonly #problem = find('log-in-problem', HTMLElement);

  /** @param entered called with the user's id when OpenERP has let them in */
  constructor(
    session: OpenERPSession,
    database: string,
    users: readonly User[],
    entered: (uid: number) => void,
  ) {
    const choices = users.map((user) => {
      const choice = make('button', 'chip', user.name);
      choice.type = 'button';
      choice.addEventListener('click', () => this.suggest(user));
      return choice;
    });
    find('choices', HTMLElement).replaceChildren(...choices);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit(session, database, entered);
    });
  }

  /** Shows the form, filled in. @param hasFocus the user has just been here, and goes on here */
  show(user: User | undefined, problem: string, hasFocus: boolean): void {
    if (user) this.suggest(user);
    say(this.#problem, problem);
    this.#form.hidden = false;
    if (hasFocus) this.#login.focus();
  }

  hide(): void {
    this.#form.hidden = true;
  }

  /** The passwords of a playground are no secrets. */
  suggest({ login, password }: User): void {
    this.#login.value = login;
    this.#password.value = password;
  }

  async #submit(session: OpenERPSession, database: string, entered: (uid: number) => void): Promise<void> {
    say(this.#problem, '');
    try {
      entered(await session.logIn(database, this.#login.value, this.#password.value));
    } catch (error) {
      say(this.#problem, error instanceof Error ? error.message : String(error));
      if (error instanceof OpenERPRefusal) this.#password.select();
    }
  }
}
