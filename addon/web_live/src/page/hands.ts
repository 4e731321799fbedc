/** Whoever has just pressed a key presses the next one. */
const REST_MS = 300;

/** The user's hands: what is redrawn between a press and its release swallows the click. */
export class Hands {
  readonly #touched = new Set<(target: Node) => void>();
  readonly #left = new Set<(target: Node) => void>();
  #entered: string | undefined;
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
    at('focusin', ({ target }) => {
      this.#entered = textIn(target);
    });
    at('focusout', ({ target }) => {
      const isSame = this.#entered !== undefined && textIn(target) === this.#entered;
      if (isSame && target instanceof Node) for (const listener of [...this.#left]) listener(target);
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

  /** Calls when the keyboard leaves a field whose text is what it was when it came. @returns ends that */
  onLeave(listener: (target: Node) => void): () => void {
    this.#left.add(listener);
    return () => this.#left.delete(listener);
  }

  #touch(target: EventTarget | null): void {
    if (target instanceof Node) for (const listener of [...this.#touched]) listener(target);
  }

  #rest(): void {
    this.#isDown = false;
    this.#last = performance.now();
  }
}

function textIn(target: EventTarget | null): string | undefined {
  const text: unknown = target === null ? undefined : Reflect.get(target, 'value');
  return typeof text === 'string' ? text : undefined;
}
