import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { BuildFailure } from 'esbuild';
import { SidecarError } from '../api/sidecar-error.ts';
import { build } from './compiler.ts';
import { packagesBeside } from './packages.ts';

/** A server module as one CommonJS text, with its source map inside. */
export interface Bundle {
  readonly addon: string;
  /** The addon's folder. */
  readonly home: string;
  /** The file that is loaded: the source, or its build. */
  readonly entry: string;
  readonly code: string;
  /** A name for stack traces. */
  readonly filename: string;
  /** The source map as JSON, as it is inside of `code`. */
  readonly map: string;
  /** The files that went in, from the addon's folder: `socketio/index.ts`. */
  readonly inputs: readonly string[];
  /** What it imports when it is loaded, parts of Node aside: `web_socketio`, other server modules. */
  readonly imports: readonly string[];
}

/** What to bundle, and under which name. */
export interface BundleSource {
  readonly addon: string;
  readonly home: string;
  readonly source: string;
  readonly filename: string;
}

/**
 * Bundles a server module in memory, with the npm packages beside it: addons may lie on a read-only file system. Other
 * imports stay outside; the loader decides which of them may be had.
 *
 * @throws SidecarError `module_syntax`, naming file and line
 */
export async function bundleModule({ addon, home, source, filename }: BundleSource): Promise<Bundle> {
  try {
    const result = await build({
      entryPoints: [source],
      outfile: filename,
      absWorkingDir: home,
      bundle: true,
      write: false,
      metafile: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      plugins: [packagesBeside(home)],
      // Left as it is, `import()` would go past the loader, to whatever Node finds further up.
      supported: { 'dynamic-import': false },
      sourcemap: 'both',
      // The stranger's tsconfig is for their editor: it may extend files that are not on this machine.
      tsconfigRaw: {},
      logLevel: 'silent',
    });
    const text = (extension: string) =>
      result.outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
    const { inputs, outputs } = result.metafile;
    const imports = Object.values(outputs).flatMap((output) => output.imports.map(({ path }) => path));
    return {
      ...{ addon, home, entry: source, filename },
      code: text('.cjs'),
      map: text('.map'),
      inputs: Object.keys(inputs),
      imports: [...new Set(imports)].filter((name) => !isBuiltin(name)),
    };
  } catch (error) {
    throw new SidecarError(
      'module_syntax',
      `The server module of '${addon}' does not compile: ${describe(error, home)}. Correct it.`,
      { cause: error },
    );
  }
}

function describe(error: unknown, home: string): string {
  if (!isBuildFailure(error)) return error instanceof Error ? error.message : String(error);
  const first = error.errors[0];
  if (first === undefined) return error.message;
  const { location } = first;
  return location === null
    ? first.text
    : `${join(home, location.file)}:${location.line}:${location.column + 1}: ${first.text}`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
