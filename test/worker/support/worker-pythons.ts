import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { findPythons, type Python } from '../../support/python-global.ts';

/** A Python with what the worker needs. */
export interface WorkerPython extends Python {
  /** The folder of its packages, which `install.sh` unpacked. */
  readonly packages: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    workerPythons: readonly WorkerPython[];
  }
}

const CACHE = fileURLToPath(new URL('../../../.cache/python-worker', import.meta.url));

export default function setup(project: TestProject): void {
  const pythons = findPythons().map((python) => ({
    ...python,
    packages: `${CACHE}/python${python.version.charAt(0)}`,
  }));
  project.provide('workerPythons', pythons);
}
