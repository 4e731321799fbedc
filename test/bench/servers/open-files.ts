import { readFileSync } from 'node:fs';

/** How many files a server may open, each connection being one. Node raises its own limit as far as the system lets it. */
export function openFilesLimit(): number {
  const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}
