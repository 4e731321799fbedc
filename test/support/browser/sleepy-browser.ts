import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { build } from '../../../sidecar/src/modules/compiler.ts';
import { startHttp } from '../network/http-server.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { requireProgram } from '../process/installed.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ENTRY = join(ROOT, 'test/sleep/page/index.ts');

/** A browser by its name: the program, and its arguments for a profile and an address. */
const BROWSERS = {
  chromium: {
    program: '/usr/bin/chromium',
    arguments: (profile: string, url: string) => [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...[`--user-data-dir=${profile}`, url],
    ],
  },
  firefox: {
    program: join(ROOT, '.cache/firefox/firefox'),
    arguments: (profile: string, url: string) => ['--headless', '--no-remote', '--profile', profile, url],
  },
  webkit: {
    program: join(ROOT, '.cache/webkit/webkit'),
    arguments: (_: string, url: string) => [url],
  },
} as const;

export type BrowserName = keyof typeof BROWSERS;
export const BROWSER_NAMES: readonly BrowserName[] = ['chromium', 'firefox', 'webkit'];

/** A real browser with the page of `test/sleep/page`, whose processes can be stopped and go on. */
export class SleepyBrowser {
  /** What its handlers were called with, in order; what it was told besides begins with `resync`. */
  heard: readonly string[] = [];
  readonly reported: string[] = [];
  /** It has been connected. */
  connected = false;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts it; it ends with the test. @param sidecar the address of the sidecar */
  static async open(name: BrowserName, database: TestDatabase, sidecar: string): Promise<SleepyBrowser> {
    const { program, arguments: toArguments } = BROWSERS[name];
    const { outputFiles } = await build({ entryPoints: [ENTRY], bundle: true, write: false, format: 'iife' });
    const script = outputFiles[0]?.text ?? '';
    const home = await mkdtemp(join(tmpdir(), `web_socketio-${name}-`));
    let opened: SleepyBrowser | undefined;
    const url = await startHttp((request, response) => {
      void answer(request, response, { script, database, of: () => opened });
    });
    const child = spawn(
      await requireProgram(program),
      toArguments(home, `${url}/?sidecar=${encodeURIComponent(sidecar)}`),
      {
        // A group of its own: all of its processes are stopped, go on and end together.
        detached: true,
        stdio: 'ignore',
        env: { ...process.env, HOME: home },
      },
    );
    const browser = new SleepyBrowser(child);
    opened = browser;
    onTestFinished(async () => {
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      browser.#signal('SIGKILL');
      await ended;
      await rm(home, { recursive: true, force: true, maxRetries: 10 });
    });
    return browser;
  }

  /** Stops all its processes, as a lid that is closed. */
  sleep(): void {
    this.#signal('SIGSTOP');
  }

  wake(): void {
    this.#signal('SIGCONT');
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('The browser was not started.');
    process.kill(-pid, signal);
  }
}

interface Answering {
  readonly script: string;
  readonly database: TestDatabase;
  of(): SleepyBrowser | undefined;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { script, database, of }: Answering,
): Promise<void> {
  const body = await text(request);
  const told: unknown = request.method === 'POST' ? JSON.parse(body) : null;
  response.setHeader('Content-Type', 'application/json');
  if (request.url === '/token') {
    response.end(JSON.stringify({ db: database.name, token: await database.addToken({ uid: 2 }) }));
    return;
  }
  const browser = of();
  if (request.url === '/heard' && Array.isArray(told) && browser !== undefined) {
    const heard = told.map(String);
    browser.connected = true;
    // Two requests may come in either order.
    if (heard.length > browser.heard.length) browser.heard = heard;
  }
  if (request.url === '/report') browser?.reported.push(String(told));
  if (request.method === 'POST') {
    response.end('null');
    return;
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(
    `<!DOCTYPE html><title>sleep</title><script>${script.replaceAll('</script', '<\\/script')}</script>`,
  );
}
