import { type BuildFailure, build } from 'esbuild';
import { SocketIOError } from '../api/error.ts';
import type { FoundModule } from './discovery.ts';

/** A server module as one CommonJS text, with its source map inside. */
export interface Bundle {
  readonly addon: string;
  readonly code: string;
  /** A name for stack traces, beside the entry; no such file is written. */
  readonly filename: string;
  /** The source map as JSON, as it is inside of `code`. */
  readonly map: string;
}

/**
 * Bundles a server module in memory: addons may lie on a read-only file system. Its packages stay outside; the loader
 * decides which of them may be had.
 *
 * @throws SocketIOError `module_syntax`, naming file and line
 */
export async function bundleModule(module: FoundModule): Promise<Bundle> {
  const filename = `${module.entry}.cjs`;
  try {
    const result = await build({
      entryPoints: [module.entry],
      outfile: filename,
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: 'both',
      // The stranger's tsconfig is for their editor: it may extend files that are not on this machine.
      tsconfigRaw: {},
      logLevel: 'silent',
    });
    const text = (extension: string) =>
      result.outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
    return { addon: module.addon, code: text('.cjs'), filename, map: text('.map') };
  } catch (error) {
    throw new SocketIOError(
      'module_syntax',
      `The server module of '${module.addon}' does not compile: ${describe(error)}. Correct it and start again; the others run.`,
      { cause: error },
    );
  }
}

function describe(error: unknown): string {
  if (!isBuildFailure(error)) return error instanceof Error ? error.message : String(error);
  const first = error.errors[0];
  if (first === undefined) return error.message;
  const { location } = first;
  return location === null
    ? first.text
    : `${location.file}:${location.line}:${location.column + 1}: ${first.text}`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
