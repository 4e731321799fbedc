/** One who can log in. */
export interface User {
  readonly uid: number;
  readonly login: string;
  readonly name: string;
  readonly password: string;
}

/** What `/playground/state` tells. */
export interface PlaygroundState {
  readonly users: readonly User[];
  readonly sidecar: { readonly state: string; readonly url: string };
  readonly module: { readonly path: string; readonly text: string };
  readonly database: string;
}

/** Asks how the playground stands. */
export async function readState(): Promise<PlaygroundState> {
  const response = await fetch('/playground/state', { cache: 'no-store' });
  if (!response.ok) throw await failure(response);
  return await response.json();
}

/** Inserts a message, as anything that reaches PostgreSQL may: it needs no sidecar. */
export async function sendMessage(channel: string, values: object): Promise<void> {
  await post('/playground/message', { channel, values });
}

/** Starts the sidecar, lets it end (`stop`), or ends it without a chance to say good-bye (`kill`). */
export async function controlSidecar(action: 'start' | 'stop' | 'kill'): Promise<void> {
  await post('/playground/sidecar', { action });
}

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await failure(response);
}

async function failure(response: Response): Promise<Error> {
  const text = await response.text().catch(() => '');
  return new Error(text === '' ? `The playground answered HTTP ${response.status}.` : text);
}
