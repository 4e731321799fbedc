import { find } from './element.ts';
import { controlSidecar } from './playground-route.ts';

const STATES: Record<string, string> = {
  running: 'Sidecar runs',
  starting: 'Sidecar starts',
  stopped: 'Sidecar is stopped',
  gone: 'The playground has ended',
};

const ACTIONS = ['start', 'stop', 'kill'] as const;

/** Shows whether the sidecar runs, and ends or starts it. */
export class SidecarPanel {
  readonly #pill = find('sidecar-state', HTMLElement);
  readonly #away = find('away', HTMLElement);

  constructor() {
    for (const action of ACTIONS) {
      const button = this.#button(action);
      button.addEventListener('click', async () => {
        try {
          await controlSidecar(action);
        } catch (error) {
          this.#pill.textContent = error instanceof Error ? error.message : String(error);
        }
      });
    }
  }

  show(state: string): void {
    this.#pill.textContent = STATES[state] ?? state;
    this.#pill.dataset['state'] = state;
    this.#away.hidden = state !== 'stopped';
    const hadFocus = ACTIONS.some((action) => this.#button(action) === document.activeElement);
    this.#button('start').hidden = state !== 'stopped';
    this.#button('stop').hidden = state === 'stopped' || state === 'gone';
    this.#button('kill').hidden = state === 'stopped' || state === 'gone';
    // The keyboard stays on the control: what it was on may just have been hidden.
    if (hadFocus)
      ACTIONS.map((action) => this.#button(action))
        .find((button) => !button.hidden)
        ?.focus();
  }

  #button(action: (typeof ACTIONS)[number]): HTMLButtonElement {
    return find(`sidecar-${action}`, HTMLButtonElement);
  }
}
