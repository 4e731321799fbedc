import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { freePort } from '../../support/process/free-port.ts';
import { type Outcome, outcomeOf } from '../../support/process/outcome.ts';
import { COMPOSE, type ComposeMajor, docker, ENVIRONMENT, logLine, run } from './docker.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Images of the tests; those of a user of this machine stay as they are. */
export const IMAGE_PREFIX = 'web_socketio-test';

export type Service = 'postgres' | 'openerp' | 'python' | 'sidecar' | 'nginx';

const State = z.object({
  State: z.object({
    Pid: z.number(),
    Status: z.string(),
    StartedAt: z.string(),
    /** Missing while it is not known. */
    Health: z.object({ Status: z.string() }).optional(),
  }),
});

/** docker-compose.yml as a project of its own, with settings of its own. Whoever makes it removes it. */
export class Stack {
  readonly project: string;
  readonly url: string;
  readonly #folder: string;
  #settings: Readonly<Record<string, string>> = {};

  private constructor(project: string, url: string, folder: string) {
    this.project = project;
    this.url = url;
    this.#folder = folder;
  }

  /** @param settings what `.env` has besides */
  static async make(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'web_socketio-compose-'));
    const publish = `127.0.0.1:${await freePort()}`;
    const project = folder.slice(folder.lastIndexOf('/') + 1).toLowerCase();
    const stack = new Stack(project, `http://${publish}`, folder);
    await stack.set({ IMAGE_PREFIX, PUBLISH: publish, ...settings });
    return stack;
  }

  /** Changes lines of its `.env`; `up` makes them true. */
  async set(settings: Readonly<Record<string, string>>): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    const lines = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(this.#folder, 'env'), lines.join(''));
  }

  /** Runs a command of Compose and tells how it ended. */
  outcome(args: readonly string[], major: ComposeMajor = 2): Promise<Outcome> {
    const own = ['--project-name', this.project, '--env-file', join(this.#folder, 'env')];
    return outcomeOf(COMPOSE[major], [...own, ...args], { cwd: ROOT, env: ENVIRONMENT });
  }

  /** Runs a command of Compose. Throws if it failed, with what it said. */
  async compose(args: readonly string[], major: ComposeMajor = 2): Promise<string> {
    const { code, stdout, stderr } = await this.outcome(args, major);
    if (code === 0) return stdout.trim();
    throw new Error(`${COMPOSE[major]} ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  }

  /**
   * Runs lines of a shell as a reader of the documents would, who is in the clone: `docker compose` is this project.
   * @param cwd where files go
   */
  shell(lines: string, cwd: string): Promise<string> {
    const own = `--project-name ${this.project} --env-file ${join(this.#folder, 'env')} -f ${join(ROOT, 'docker-compose.yml')}`;
    return run('sh', ['-euc', `docker() { shift; ${COMPOSE[2]} ${own} "$@"; }\n${lines}`], cwd);
  }

  /** Starts all of it; resolves when it serves. */
  async up(...args: string[]): Promise<void> {
    await this.compose(['up', '--detach', '--wait', ...args]);
  }

  /** The containers of a service. */
  async containers(service: Service): Promise<string[]> {
    const ids = await this.compose(['ps', '--all', '--quiet', service]);
    return ids.split('\n').filter((id) => id !== '');
  }

  /** The container of a service that has one. */
  async container(service: Service): Promise<string> {
    const [id] = await this.containers(service);
    if (id === undefined) throw new Error(`The service ${service} has no container.`);
    return id;
  }

  async state(service: Service): Promise<z.infer<typeof State>['State']> {
    const text = await docker('inspect', '--format', '{{json .}}', await this.container(service));
    return State.parse(JSON.parse(text)).State;
  }

  /** Waits for a line in the log of a service. @param since only lines of after that moment */
  async logLine(service: Service, wanted: RegExp, since?: Date): Promise<string> {
    return logLine(await this.container(service), wanted, since?.toISOString());
  }

  /** What all services have logged, or one. */
  logs(...services: Service[]): Promise<string> {
    return this.compose(['logs', '--no-color', ...services]);
  }

  /** Removes containers, networks and volumes. */
  async remove(): Promise<void> {
    await this.compose(['down', '--volumes', '--timeout', '40', '--remove-orphans']);
    await this.forget();
  }

  /** Removes what stands for a project that was never started. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
