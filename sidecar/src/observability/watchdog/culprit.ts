import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Frame, isOutside, type Standing } from './main-thread.ts';

/** A server module as it is compiled: `/srv/addons/my_addon/socketio/index.ts.cjs`. */
const MODULE = /\/([^/]+)\/socketio\/index\.[jt]s\.cjs$/;

/**
 * Says who keeps the main thread: `event 'sum' of addon 'my_addon', in work (/srv/addons/…/index.ts:12:7)`. Where no handler
 * runs and no addon's code, it is the sidecar itself or one of its packages, as when a very large message is written.
 */
export function nameCulprit({ handler, frames }: Standing): string {
  const own = frames.find(({ file }) => MODULE.test(file));
  const frame = own ?? frames.find(isOutside) ?? frames[0];
  const addon = MODULE.exec(own?.file ?? '')?.[1];
  const parts = [
    ...(handler === null ? [] : [`event '${handler.event}' of addon '${handler.addon}'`]),
    ...(addon === undefined || addon === handler?.addon ? [] : [`code of addon '${addon}'`]),
    ...(frame === undefined ? [] : [`in ${frame.name || 'a function'} (${placeOf(frame)})`]),
  ];
  const isNobodys = handler === null && addon === undefined;
  return [...(isNobodys ? ['code of no handler'] : []), ...parts].join(', ');
}

function placeOf({ file, line, column, map }: Frame): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const entry = readMap(map)?.findEntry(line, column);
  if (entry === undefined || !('originalSource' in entry)) return `${path}:${line + 1}:${column + 1}`;
  const source = resolve(dirname(path), entry.originalSource);
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

/** Null if it is none: the place is then named as it is in the bundle. @param url a source map that stands in its file */
function readMap(url: string): SourceMap | null {
  const [head, data] = url.split(',', 2);
  if (!head?.startsWith('data:application/json') || data === undefined) return null;
  try {
    return new SourceMap(JSON.parse(Buffer.from(data, 'base64').toString()));
  } catch {
    return null;
  }
}
