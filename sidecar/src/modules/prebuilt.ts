import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './bundle.ts';
import type { FoundModule } from './discovery.ts';

/** The last line of a build: the files that went in, each with the hash of its content. */
const RECORD = /^\/\/ web_socketio build 1: (\{.*\})$/m;
const MAP = /^\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)$/m;

/** A build that was read. */
export interface Prebuilt {
  /** Null if it is no build of this version. */
  readonly bundle: Bundle | null;
  /** Why it is not to be used beside its sources; null if it is. */
  readonly flaw: string | null;
}

/** The text of a build. It carries the hashes of its inputs, since a copy or a checkout gives files any date. */
export function toPrebuilt({ code, home, inputs }: Bundle): string {
  const hashes = Object.fromEntries(inputs.map((path) => [path, hashOf(join(home, path))]));
  return `${code.trimEnd()}\n// web_socketio build 1: ${JSON.stringify(hashes)}\n`;
}

/** Reads what `web_socketio build` made. */
export function readPrebuilt({ addon, home }: FoundModule, filename: string): Prebuilt {
  const code = readFileSync(filename, 'utf8');
  const hashes = readHashes(RECORD.exec(code)?.[1]);
  const map = MAP.exec(code)?.[1];
  if (hashes === null || map === undefined) {
    return { bundle: null, flaw: 'was not made by this version of web_socketio build' };
  }
  const changed = hashes.find(([path, hash]) => isChanged(home, path, hash))?.[0];
  const bundle = {
    ...{ addon, home, entry: filename, code, filename, imports: [] },
    map: Buffer.from(map, 'base64').toString(),
    inputs: hashes.map(([path]) => path),
  };
  const flaw = changed === undefined ? null : `was made before '${join(home, changed)}' changed`;
  return { bundle, flaw };
}

function isChanged(home: string, path: string, expected: string): boolean {
  const hash = hashOf(join(home, path));
  // A build is there to be shipped without its packages.
  const mayBeMissing = path.startsWith('../') || path.split('/').includes('node_modules');
  return hash === null ? !mayBeMissing : hash !== expected;
}

/** Null if it cannot be read: of one that should be there, the caller says that the build is stale. */
function hashOf(file: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64url');
  } catch {
    return null;
  }
}

function readHashes(text: string | undefined): [string, string][] | null {
  if (text === undefined) return null;
  const hashes: unknown = JSON.parse(text);
  return Object.entries(hashes ?? {}).map(([path, hash]) => [path, String(hash)]);
}
