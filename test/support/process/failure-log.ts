import { beforeEach } from 'vitest';
import type { Program } from './program.ts';

/** Shows what a server logged during a test that fails. Call it beside the tests. */
export function showLogOfFailures(name: string, server: () => Program): void {
  beforeEach(({ onTestFailed, task }) => {
    const start = server().logLength;
    onTestFailed(() => {
      process.stderr.write(`${name} during '${task.name}':\n${server().logSince(start)}\n`);
    });
  });
}
