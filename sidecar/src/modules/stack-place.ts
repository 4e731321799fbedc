import { SourceMap } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { Bundle } from './bundle.ts';

/**
 * Where in its source a server module failed: `/…/socketio/index.ts:12:7`, the first line of the stack that lies in its
 * folder; null if none does.
 */
export function placeInModule(error: unknown, { home, filename, map }: Bundle): string | null {
  const folder = join(home, 'socketio');
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const line of stack.split('\n')) {
    const match = /\(?(\/[^()]+):(\d+):(\d+)\)?$/.exec(line);
    if (match?.[1] === undefined || !match[1].startsWith(`${folder}/`)) continue;
    const place = { file: match[1], line: Number(match[2]), column: Number(match[3]) };
    // With source maps enabled Node has translated the place already.
    return place.file === filename
      ? translate(place, dirname(filename), map)
      : `${place.file}:${place.line}:${place.column}`;
  }
  return null;
}

function translate(place: { line: number; column: number }, folder: string, map: string): string | null {
  const entry = new SourceMap(JSON.parse(map)).findEntry(place.line - 1, place.column - 1);
  if (!('originalSource' in entry)) return null;
  return `${resolve(folder, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
