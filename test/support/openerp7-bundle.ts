import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { requireProgram } from './installed.ts';

const ROOT = new URL('../../', import.meta.url);

/** What the build makes for OpenERP 7.0, dependencies first. */
export const BUILT = ['web_socketio', 'web_longpolling', 'web_socketio_demo'].map(
  (addon) => `addon/${addon}/static/lib/${addon}/openerp7.js`,
);

/**
 * Files as OpenERP 7.0's `/web/webclient/js` gives them: put together with semicolons, and minified by the function that
 * it has from rjsmin.
 *
 * @param paths from the repository's root
 */
export async function makeBundle(paths: readonly string[]): Promise<string> {
  const rjsmin = await requireProgram(fileURLToPath(new URL('.cache/rjsmin/rjsmin.py', ROOT)));
  const input = paths.map(readSource).join(';');
  const { status, stdout, stderr } = spawnSync('python3', [rjsmin], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  });
  if (status !== 0) throw new Error(`rjsmin failed: ${stderr}`);
  return stdout;
}

export function readSource(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}
