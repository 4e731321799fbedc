import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { requireProgram } from '../process/installed.ts';

const ROOT = new URL('../../../', import.meta.url);

/** What the build makes for OpenERP 7.0, dependencies first: paths from the repository's root. */
export const BUILT = ['web_socketio', 'web_longpolling', 'web_socketio_demo'].map(
  (addon) => `addon/${addon}/static/lib/${addon}/openerp7.js`,
);

/** The stand-in of OpenERP 7.0's addon `web`. */
export const WEB = 'test/browser/openerp7/web.js';
/** An addon as they were written in 2013. */
export const ADDON = 'test/browser/addons/web_socketio_2013/static/src/js/web_socketio_2013.js';

/**
 * Files as OpenERP 7.0's `/web/webclient/js` gives them: put together with semicolons, and minified by the function that
 * it has from rjsmin.
 */
export async function makeBundle(sources: readonly string[]): Promise<string> {
  const rjsmin = await requireProgram(fileURLToPath(new URL('.cache/rjsmin/rjsmin.py', ROOT)));
  const { status, stdout, stderr } = spawnSync('python3', [rjsmin], {
    input: sources.join(';'),
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  });
  if (status !== 0) throw new Error(`rjsmin failed: ${stderr}`);
  return stdout;
}

export function readSource(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}
