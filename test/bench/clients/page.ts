/** What a page asks of the process that it is in. */
export interface PageHost {
  send(text: string): void;
  /** It is connected, and listens if it was told to. */
  ready(): void;
  /** Messages have arrived, by their numbers. */
  arrived(numbers: readonly number[]): void;
  fail(why: string): void;
}

/** What a page says about itself, and whether it listens. */
export interface PageOptions {
  readonly auth: unknown;
  /** By which it begins to listen; null if it only connects. */
  readonly event: string | null;
  /** The path of the address that it was told. */
  readonly path: string;
}

/** One page on its WebSocket: it speaks a protocol and does nothing else. */
export interface Page {
  onOpen(): void;
  onText(text: string): void;
}

export interface Protocol {
  /** Where its pages connect. */
  address(url: URL): URL;
  open(options: PageOptions, host: PageHost): Page;
}
