import { make } from './element.ts';
import type { User } from './playground-route.ts';

/** Who is connected, as far as this page has heard. */
export class People {
  readonly #list: HTMLElement;
  readonly #users: readonly User[];
  readonly #own: number;
  readonly #here = new Set<number>();

  constructor(list: HTMLElement, users: readonly User[], own: number) {
    this.#list = list;
    this.#users = users;
    this.#own = own;
    this.#draw();
  }

  add(uid: number): void {
    this.#here.add(uid);
    this.#draw();
  }

  remove(uid: number): void {
    this.#here.delete(uid);
    this.#draw();
  }

  /** Who cannot hear knows of nobody. */
  clear(): void {
    this.#here.clear();
    this.#draw();
  }

  #draw(): void {
    const items = this.#users.map(({ uid, name }) => {
      const isHere = this.#here.has(uid);
      const item = make('li', isHere ? 'here' : '', uid === this.#own ? `${name} (you)` : name);
      item.append(make('span', 'sr-only', isHere ? ' is connected' : ' is not connected'));
      return item;
    });
    this.#list.replaceChildren(...items);
  }
}
