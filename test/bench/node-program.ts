import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL = fileURLToPath(new URL('install-node.sh', import.meta.url));
const VERSION = /^\d+(\.\d+){0,2}$/;

/**
 * The program `node` that the option names.
 *
 * @param wanted the path of a program, or a version such as `24`, which npm brings into `.cache`
 */
export async function findNode(wanted: string): Promise<string> {
  if (isAbsolute(wanted)) return wanted;
  if (!VERSION.test(wanted))
    throw new Error(
      `'${wanted}' is neither a version of Node nor a path. Give --node such as 24, or /usr/bin/node.`,
    );
  const { stdout } = await run('sh', [INSTALL, wanted]);
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** What it says of itself, such as `v24.21.0`. @throws when it does not run */
export async function readNodeVersion(program: string): Promise<string> {
  try {
    return (await run(program, ['--version'])).stdout.trim();
  } catch (error) {
    throw new Error(
      `'${program}' does not run as Node. Give --node a version such as 24, or the path of a program.`,
      {
        cause: error,
      },
    );
  }
}
