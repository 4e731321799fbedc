import type { Outcome } from '../page/reload-plan.ts';

/** A load of a list that nobody but us has asked for. Odoo has one at a time: a later one takes its place, and ours never ends. */
export class OwnLoad {
  readonly #model: Pick<Odoo.ViewModel<unknown>, 'load' | 'keepLast'>;
  #isBegun = false;
  #isOver = false;
  #interrupt = (): void => undefined;

  constructor(model: Pick<Odoo.ViewModel<unknown>, 'load' | 'keepLast'>) {
    this.#model = model;
  }

  /** What Odoo has loaded is what we have asked for. */
  get isOn(): boolean {
    return this.#isBegun && !this.#isOver;
  }

  async run(): Promise<Outcome> {
    const interrupted = new Promise<Outcome>((resolve) => {
      this.#interrupt = () => resolve('interrupted');
    });
    try {
      return await Promise.race([this.#model.load().then(() => 'loaded' as const), interrupted]);
    } finally {
      this.#isOver = true;
    }
  }

  /** Odoo begins to load: ours first, and then what its user wants. */
  loading(): void {
    if (this.#isBegun) this.giveUp();
    this.#isBegun = true;
  }

  /** It is shown: there is nothing left to give up. */
  loaded(): void {
    this.#isOver = true;
  }

  /** What is under way would replace the row or card that the user has just taken, or the page that he has turned to. */
  giveUp(): void {
    const { keepLast } = this.#model;
    // After another one has begun this would give up that one.
    if (this.#isOver || keepLast === undefined) return;
    this.#isOver = true;
    keepLast.add(Promise.resolve());
    this.#interrupt();
  }
}
