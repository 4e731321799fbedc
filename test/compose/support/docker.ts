import { outcomeOf } from '../../support/process/outcome.ts';
import { Program } from '../../support/process/program.ts';

/** Compose 2, and 1.29 of Debian 12: docker-compose.yml is valid for both. with-engine.sh puts them on the PATH. */
export const COMPOSE = { 2: 'docker-compose-2', 1: 'docker-compose' } as const;
export type ComposeMajor = keyof typeof COMPOSE;

/** What every program needs; settings of the stack are in files, and nothing of this process' environment is among them. */
export const ENVIRONMENT = Object.fromEntries(
  ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** What a program wrote. Throws if it failed, with what it said. */
export async function run(program: string, args: readonly string[], cwd = '/'): Promise<string> {
  const { code, stdout, stderr } = await outcomeOf(program, args, { cwd, env: ENVIRONMENT });
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
  const log = new Program({
    command: 'docker',
    args: ['logs', '--follow', '--since', since, container],
    env: ENVIRONMENT,
  });
  try {
    return await log.waitForLine(wanted);
  } finally {
    await log.stop();
  }
}
