import { access, constants } from 'node:fs/promises';

/** The path of a program that the tests' install script provides. */
export async function requireProgram(path: string): Promise<string> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch (cause) {
    const scripts =
      'test/odoo/install.sh with the series, test/browser/install.sh, test/sleep/install.sh, test/proxy/install.sh, test/poolers/install.sh and test/monitoring/install.sh';
    throw new Error(`The program '${path}' is missing. Run ${scripts} as root, once.`, { cause });
  }
}
