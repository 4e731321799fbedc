import { access, constants } from 'node:fs/promises';

/** The path of a program that the tests' install script provides. */
export async function requireProgram(path: string): Promise<string> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch (cause) {
    throw new Error(
      `The program '${path}' is missing. Run test/odoo/install.sh, test/browser/install.sh and test/proxy/install.sh as root, once.`,
      { cause },
    );
  }
}
