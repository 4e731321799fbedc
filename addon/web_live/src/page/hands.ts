/** Whoever has just pressed a key presses the next one. */
const REST_MS = 300;

/** The user's hands: what is redrawn between a press and its release swallows the click. */
export class Hands {
  readonly #touched = new Set<(target: Node) => void>();
  #isDown = false;
  #last = Number.NEGATIVE_INFINITY;

  constructor(page: EventTarget) {
    const at = (name: string, listener: (event: Event) => void) =>
      page.addEventListener(name, listener, { capture: true, passive: true });
    at('pointerdown', ({ target }) => {
      this.#isDown = true;
      this.#touch(target);
    });
    for (const name of ['pointerup', 'pointercancel']) at(name, () => this.#rest());
    at('keydown', ({ target }) => {
      this.#last = performance.now();
      this.#touch(target);
    });
  }

  get areBusy(): boolean {
    return this.#isDown || performance.now() - this.#last < REST_MS;
  }

  /** Calls when the user presses something, or a key while the keyboard is in it. @returns ends that */
  onTouch(listener: (target: Node) => void): () => void {
    this.#touched.add(listener);
    return () => this.#touched.delete(listener);
  }

  #touch(target: EventTarget | null): void {
    if (target instanceof Node) for (const listener of [...this.#touched]) listener(target);
  }

  #rest(): void {
    this.#isDown = false;
    this.#last = performance.now();
  }
}
