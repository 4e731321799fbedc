import type { Hands } from './hands.ts';
import type { LiveSocket } from './live-socket.ts';
import type { LiveView } from './live-view.ts';
import type { Names } from './names.ts';
import type { OwnWrites } from './own-writes.ts';
import type { Hold, Outcome } from './reload-plan.ts';

/** What live views use of the page that they are in. */
export interface Client {
  readonly owl: Odoo.Owl;
  readonly socket: LiveSocket;
  readonly hands: Hands;
  readonly names: Names;
  readonly ownWrites: OwnWrites;
  /** The page's user. */
  self(): number | undefined;
  /** Says in the console what is not done. It keeps no view from working. */
  report(text: string, error: unknown): void;
}

/** Long enough that a row which was just typed is not sorted away from under the next click. */
const OWN_DELAY_MS = 5_000;
const SETTLE_MS = 150;

/** Whether this page itself has made a change of that user. */
export function isOwn({ self, ownWrites }: Client, who: number | null): boolean {
  return who !== null && who === self() && ownWrites.isRecent;
}

export function ownDelay(client: Client, who: number | null): number {
  return isOwn(client, who) ? OWN_DELAY_MS : 0;
}

/** What keeps each view from being loaded anew. */
export function pageHold({ hands }: Client): Hold | undefined {
  if (document.visibilityState === 'hidden') return 'hidden';
  return hands.areBusy || document.querySelector('.o_dragged') !== null ? 'busy' : undefined;
}

/** Runs what is ours inside of what is Odoo's. */
export function guarded({ report }: Pick<Client, 'report'>, run: () => void): void {
  try {
    run();
  } catch (error) {
    report('a view may miss what others change, because of this fault:', error);
  }
}

/** What became of a load that failed. Odoo that cannot be reached is asked again; its other errors say it of this user's rights. */
export function failed({ report }: Client, error: unknown): Outcome {
  if (error instanceof Error && error.constructor.name === 'ConnectionLostError') return 'unreachable';
  report('a view could not be loaded again:', error);
  return 'loaded';
}

interface Listener<Root> {
  /** Called when the model begins to load. */
  loading?(): void;
  /** Called with what the model has just loaded. */
  loaded(root: Root): void;
  /** Reads whatever the view depends on, each time that some of it has changed. */
  read(model: Odoo.ViewModel<Root>): void;
}

/** Lets a view know when Odoo loads what is shown, and when what is shown changes without that. @returns ends it */
export function follow<Root>(
  client: Client,
  model: Odoo.ViewModel<Root>,
  view: LiveView,
  listener: Listener<Root>,
): () => void {
  const { owl } = client;
  const { hooks } = owl.toRaw(model);
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    if (isOver) return;
    guarded(client, () => {
      listener.read(observed);
      view.drawn();
    });
  };
  const observed = owl.reactive(model, () => {
    timer ??= setTimeout(look, SETTLE_MS);
  });
  if (hooks) {
    const { onWillLoadRoot, onRootLoaded } = hooks;
    // As Odoo's own progress bars do it.
    hooks.onWillLoadRoot = (config) => {
      if (!isOver) {
        guarded(client, () => {
          listener.loading?.();
          view.loading();
        });
      }
      return onWillLoadRoot?.(config);
    };
    hooks.onRootLoaded = (root) => {
      if (!isOver) {
        guarded(client, () => {
          listener.loaded(owl.toRaw(model).root);
          view.loaded();
          listener.read(observed);
        });
      }
      return onRootLoaded?.(root);
    };
  }
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
