import { type BuildOptions, type BuildResult, build as compile, type SameShape, stop } from 'esbuild';

/** Several modules are compiled one after the other, and an editor saves again soon. */
const IDLE_MS = 1_000;

let building = 0;
let idle: NodeJS.Timeout | null = null;

/**
 * As esbuild's own, whose process ends a second after the last build: it asks each second whether we live, which was
 * a twentieth of the work of a sidecar with two thousand idle pages, and keeps its memory. Whatever is built in this process
 * has to be built by this: a build that is under way while somebody stops esbuild never ends.
 */
export async function build<Options extends BuildOptions>(
  options: SameShape<BuildOptions, Options>,
): Promise<BuildResult<Options>> {
  if (idle !== null) clearTimeout(idle);
  building += 1;
  try {
    return await compile(options);
  } finally {
    building -= 1;
    if (building === 0) idle = setTimeout(() => void stop(), IDLE_MS).unref();
  }
}
