import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** A Python that runs. */
export interface Python {
  readonly command: string;
  /** Such as `2.7.18`. */
  readonly version: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    pythons: readonly Python[];
  }
}

const PYENV = join(homedir(), '.pyenv', 'versions');

/** Looks once for the Pythons that all tests of this folder use. */
export default function setup(project: TestProject): void {
  project.provide('pythons', findPythons());
}

/** Python 3, and Python 2.7 before it where there is one. */
export function findPythons(): readonly Python[] {
  const python3 = findPython('3', ['python3']);
  if (python3 === null)
    throw new Error('There is no python3 on the PATH. Install it, or leave these tests out.');
  const python2 = findPython('2.7', ['python2.7', 'python2', ...ofPyenv('2.7')]);
  if (python2 === null) {
    process.stderr.write(
      '!!!! NOTHING WAS TESTED UNDER PYTHON 2.7, which OpenERP 7.0 runs on: there is none here !!!!\n',
    );
  }
  return python2 === null ? [python3] : [python2, python3];
}

/** A command that is there may still run nothing, as pyenv's for a version that was not chosen. */
function findPython(version: string, commands: readonly string[]): Python | null {
  for (const command of commands) {
    const { stdout } = spawnSync(command, ['-c', 'import platform; print(platform.python_version())'], {
      encoding: 'utf8',
    });
    if (stdout?.startsWith(`${version}.`)) return { command, version: stdout.trim() };
  }
  return null;
}

function ofPyenv(version: string): string[] {
  try {
    const folders = readdirSync(PYENV).filter((name) => name.startsWith(`${version}.`));
    return folders.map((name) => join(PYENV, name, 'bin', `python${version}`));
  } catch {
    return [];
  }
}
