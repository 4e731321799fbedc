import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireProgram } from '../process/installed.ts';
import { series } from '../series/series.ts';

/** Starts the Odoo of the series. */
export const LAUNCHER = fileURLToPath(new URL(`../../../.cache/${series.folder}/odoo`, import.meta.url));

const PROGRAM = / "\$root\/usr\/bin\/odoo"/;

/** Writes a program into a folder that starts the Python with which Odoo runs. @returns its path */
export async function writeOdooPython(folder: string): Promise<string> {
  const launcher = await readFile(await requireProgram(LAUNCHER), 'utf8');
  if (!PROGRAM.test(launcher))
    throw new Error(`${LAUNCHER} does not start Odoo in a way that this test knows.`);
  const path = join(folder, 'python');
  await writeFile(path, launcher.replace(PROGRAM, ''));
  await chmod(path, 0o755);
  return path;
}
