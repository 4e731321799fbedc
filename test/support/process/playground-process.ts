import { onTestFinished } from 'vitest';
import type { Release } from './clone.ts';
import { Program, type ProgramOptions } from './program.ts';

/** `npm start` in a clone, with all the processes that belong to it. */
export class PlaygroundProcess extends Program {
  /** @param args of `npm start` */
  constructor(
    clone: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    user: ProgramOptions['user'] = 'own',
    release: Release = onTestFinished,
  ) {
    super({
      ...{ command: 'npm', args: ['--silent', 'start', '--', ...args], cwd: clone, user },
      env: { HOME: clone, npm_config_update_notifier: 'false', ...env },
      // npm, the shell and the playground get signals as from a terminal.
      isGroup: true,
    });
    release(() => this.kill());
  }

  /** Resolves with the address of the page, when it can be used. */
  async url(): Promise<string> {
    await this.waitForLine(/^Ready in /);
    const url = /^ {2}Open +(http:\S+)/m.exec(this.log)?.[1];
    if (url === undefined) throw new Error(`The playground names no address. It said:\n${this.log}`);
    return url;
  }
}
