import { find, make } from './element.ts';
import { readState } from './playground-route.ts';

const COMMENT = /^\s*(\/\/|\/?\*)/;
const LOADED = /([\d:]+),\d+ .*Load server modules( again)?:/;
const REFUSED = /\bmodule_(?:syntax|failed|import|cycle): (.*)/;

/** The server module of the demonstration addon, as it is on the disk. */
export class ModulePanel {
  readonly #path = find('module-path', HTMLElement);
  readonly #text = find('module-text', HTMLElement);
  readonly #news = find('module-news', HTMLElement);

  show({ path, text }: { readonly path: string; readonly text: string }): void {
    this.#path.textContent = path;
    const lines = text.trimEnd().split('\n');
    this.#text.replaceChildren(
      ...lines.map((line) => make('span', COMMENT.test(line) ? 'comment' : '', `${line}\n`)),
    );
  }

  /** The sidecar's log tells what has become of a change. */
  async read(line: string): Promise<void> {
    const refusal = REFUSED.exec(line);
    const loaded = LOADED.exec(line);
    if (!refusal && !loaded) return;
    this.#news.textContent = refusal?.[1] ?? (loaded?.[2] ? `Changed, and live since ${loaded[1]}.` : '');
    this.#news.className = refusal ? 'news problem' : 'news';
    this.show((await readState()).module);
  }
}
