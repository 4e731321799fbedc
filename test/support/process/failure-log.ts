import { beforeEach } from 'vitest';
import type { ServerProcess } from './server-process.ts';

/** Shows what a server logged during a test that fails. Call it beside the tests. */
export function showLogOfFailures(name: string, server: () => ServerProcess): void {
  beforeEach(({ onTestFailed, task }) => {
    const start = server().logLength;
    onTestFailed(() => {
      process.stderr.write(`${name} during '${task.name}':\n${server().logSince(start)}\n`);
    });
  });
}
