/** Where a code is made: the sidecar, the server module of web_longpolling, the page's JavaScript, or a Python worker. */
export type MadeIn = 'sidecar' | 'server module' | 'browser' | 'Python worker';

/** What is known of one error code. `docs/errors.md` is written from it. */
export interface ErrorEntry {
  /** What happened and what to do, in one or two sentences of Markdown; links are relative to `docs/`. */
  readonly meaning: string;
  /**
   * `browser`: the message may be sent to a browser. `log`: it names addresses, tables or Python's exceptions, so that only
   * the log gets it, and a browser gets the code alone.
   */
  readonly seenBy: 'browser' | 'log';
  /**
   * The same may succeed later without anybody changing anything. `sometimes`: each error says so itself, and does not
   * unless it says so.
   */
  readonly retry?: true | 'sometimes';
  /**
   * At which level the log says that a connection was refused because of it; `warn` unless said otherwise. `debug`: pages bring
   * it about as a matter of course, and come back. `info`: it is the affair of the page's user, or of a script.
   */
  readonly refusal?: 'debug' | 'info' | 'error';
  /** The process ends with this exit code. */
  readonly exitCode?: 1 | 2;
  /** The sidecar alone, unless said otherwise. */
  readonly madeIn?: readonly MadeIn[];
}

/** A part of the catalogue: an entry for each code. */
export type ErrorEntries = Readonly<Record<string, ErrorEntry>>;
