import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs the sidecar in this process' place: with its arguments, its terminal and its signals.
 *
 * @returns the exit code; as shells do, 128 and more for a signal
 */
export async function runSidecarAlone(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [MAIN, ...argv], { stdio: 'inherit' });
  // It may get one twice, from the terminal and from here: it takes two of a moment for one.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
