/** Whoever has just pressed a key presses the next one. */
const REST_MS = 300;

/** The user's hands: what is redrawn between a press and its release swallows the click. */
export class Hands {
  readonly #pressed = new Set<(target: Node) => void>();
  #isDown = false;
  #last = Number.NEGATIVE_INFINITY;

  constructor(page: EventTarget) {
    const at = (name: string, listener: (event: Event) => void) =>
      page.addEventListener(name, listener, { capture: true, passive: true });
    at('pointerdown', ({ target }) => {
      this.#isDown = true;
      if (target instanceof Node) for (const listener of [...this.#pressed]) listener(target);
    });
    for (const name of ['pointerup', 'pointercancel']) at(name, () => this.#rest());
    at('keydown', () => {
      this.#last = performance.now();
    });
  }

  get areBusy(): boolean {
    return this.#isDown || performance.now() - this.#last < REST_MS;
  }

  /** Calls when the user presses something. @returns ends that */
  onPress(listener: (target: Node) => void): () => void {
    this.#pressed.add(listener);
    return () => this.#pressed.delete(listener);
  }

  #rest(): void {
    this.#isDown = false;
    this.#last = performance.now();
  }
}
