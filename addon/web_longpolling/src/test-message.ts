/** What it needs of the shared socket. */
export interface TestSocket {
  readonly connected: boolean;
  on(event: string, handler: (...args: unknown[]) => void): unknown;
  off(event: string, handler: (...args: unknown[]) => void): unknown;
  subscribe(event: string, ...args: unknown[]): () => void;
}

/** What a test message is sent with. */
export interface TestMessageOptions {
  readonly socket: TestSocket;
  /** Has Odoo send it. Rejects if Odoo refuses, which it tells its user by itself. */
  send(tag: string): Promise<unknown>;
  /** So long it waits for each step, in milliseconds. */
  readonly patienceMs?: number;
}

/** What became of it, for the user to read. */
export interface TestMessageResult {
  readonly text: string;
  readonly arrived: boolean;
}

/** The action of the menu. */
export const TEST_MESSAGE = 'web_socketio.test_message';
/** The model and the method that send it. */
export const SENDER = ['web_socketio.test.message', 'send_to_me'] as const;
const EVENT = 'web_socketio.test';
const PATIENCE_MS = 10_000;

/**
 * Sends a message to this page by the way that all messages take: Odoo's transaction, PostgreSQL, the sidecar, the proxy.
 * Says whether it arrived, and how long that took, from the click to its arrival.
 */
export async function sendTestMessage(options: TestMessageOptions): Promise<TestMessageResult> {
  const { socket, send, patienceMs = PATIENCE_MS } = options;
  const tag = Math.random().toString(36).slice(2);
  const stops: (() => void)[] = [];
  const hear = (event: string, handler: (...args: unknown[]) => void) => {
    socket.on(event, handler);
    stops.push(() => socket.off(event, handler));
  };
  try {
    if (!socket.connected) {
      return failed(
        'This page is not connected to a sidecar. Its console says why, if it has been open for half a minute; from a shell, "web_socketio doctor" does.',
      );
    }
    const arrival = new Promise<void>((resolve) =>
      hear(EVENT, (messages) => void (hasTag(messages, tag) && resolve())),
    );
    const isReady = new Promise<unknown>((resolve) => {
      hear(`${EVENT}.ready`, () => resolve(null));
      // It answers only if it ends: it was refused, as by a sidecar of an older release.
      stops.push(socket.subscribe(EVENT, (answer: unknown) => resolve(answer ?? {})));
    });
    const refusal = await within(isReady, patienceMs);
    if (refusal === LATE) return failed(`The sidecar did not answer within ${seconds(patienceMs)}.`);
    if (refusal !== null) return failed(`The sidecar refused to listen. ${describe(refusal)}`);
    const sentAt = performance.now();
    await send(tag);
    const answeredAt = performance.now();
    if ((await within(arrival, patienceMs)) === LATE) {
      return failed(
        `Odoo sent it, and it did not come within ${seconds(patienceMs)}. See whether the sidecar runs: Sidecars and Workers.`,
      );
    }
    const total = Math.round(performance.now() - sentAt);
    const odoo = Math.round(answeredAt - sentAt);
    return {
      arrived: true,
      text: `The message came, ${total} ms after the click. Odoo had answered after ${odoo} ms.`,
    };
  } finally {
    for (const stop of stops) stop();
  }
}

const LATE = Symbol('late');

function within<Result>(promise: Promise<Result>, milliseconds: number): Promise<Result | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function failed(text: string): TestMessageResult {
  return { arrived: false, text };
}

/** @param messages data of the network, whatever it is */
function hasTag(messages: unknown, tag: string): boolean {
  return (
    Array.isArray(messages) &&
    messages.some(
      (message: unknown) =>
        typeof message === 'object' && message !== null && Reflect.get(message, 'tag') === tag,
    )
  );
}

/** @param answer data of the network, whatever it is */
function describe(answer: unknown): string {
  const message = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'message') : null;
  return typeof message === 'string' ? message : '';
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
