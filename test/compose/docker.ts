import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a program ended, and what it said. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Compose 2, and 1.29 of Debian 12: docker-compose.yml is valid for both. with-engine.sh puts them on the PATH. */
export const COMPOSE = { 2: 'docker-compose-2', 1: 'docker-compose' } as const;
export type ComposeMajor = keyof typeof COMPOSE;

/** What every program needs; settings of the stack are in files, and nothing of this process' environment is among them. */
const ENVIRONMENT = Object.fromEntries(
  ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** Runs a program to its end. */
export function outcomeOf(program: string, args: readonly string[], cwd = '/'): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: ENVIRONMENT, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, stdout, stderr: Number.isNaN(code) ? `${error}` : stderr });
    });
  });
}

/** What a program wrote. Throws if it failed, with what it said. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(program, args, cwd);
  if (code === 0) return stdout.trim();
  throw new Error(
    `${program} ${args.join(' ')} ended with ${code}. Run npm run test:compose.\n${stderr}${stdout}`,
  );
}

export function docker(...args: string[]): Promise<string> {
  return run('docker', args);
}

/** Resolves with the first line of a container's log, of now or later, that matches; rejects when the log ends. */
export async function logLine(container: string, wanted: RegExp, since = '0'): Promise<string> {
  const child = spawn('docker', ['logs', '--follow', '--since', since, container], {
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const lines: string[] = [];
  try {
    return await new Promise((resolve, reject) => {
      for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on('line', (line) => {
          lines.push(line);
          if (wanted.test(line)) resolve(line);
        });
      }
      child.on('close', () =>
        reject(new Error(`The log of ${container} ended without ${wanted}:\n${lines.join('\n')}`)),
      );
    });
  } finally {
    child.kill();
    await ended;
  }
}
