import { fileURLToPath } from 'node:url';
import { build } from '../../../sidecar/src/modules/compiler.ts';

const SOURCES = fileURLToPath(new URL('../../../addon/web_socketio/src', import.meta.url));

/**
 * The document of a page whose script imports the browser's sources, built as for a web client.
 *
 * @param contents TypeScript, to which those sources are `./page.ts` and the like
 */
export async function buildSourcePage(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: SOURCES, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2017',
  });
  const script = (outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script');
  return `<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="data:,"></head><body><script>${script}</script></body></html>`;
}
