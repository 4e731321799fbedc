import { field } from '../lib/field.ts';

/** Who was refused, as `GET /refusals` tells it. */
export interface ListedRefusal {
  readonly code: string;
  readonly level: string;
  readonly way: string;
  readonly db: string | null;
  readonly user: number | null;
  readonly path: string | null;
  readonly address: string | null;
  readonly origin: string | null;
  /** The last one of them, in milliseconds since 1970. */
  readonly at: number;
  readonly times: number;
}

/** Whom a sidecar refused last, and its release. */
export interface RefusalList {
  readonly release: string;
  readonly refusals: readonly ListedRefusal[];
}

/** Names what was answered, which comes from outside; null if it is no such thing. */
export function readRefusals(answer: unknown): RefusalList | null {
  const refusals = field(answer, 'refusals');
  if (field(answer, 'server') !== 'web_socketio' || !Array.isArray(refusals)) return null;
  return { release: textOf(answer, 'release') ?? '', refusals: refusals.map(readRefusal) };
}

function readRefusal(one: unknown): ListedRefusal {
  return {
    ...{ code: textOf(one, 'code') ?? '', level: textOf(one, 'level') ?? '', way: textOf(one, 'way') ?? '' },
    ...{ db: textOf(one, 'db'), path: textOf(one, 'path') },
    ...{ address: textOf(one, 'address'), origin: textOf(one, 'origin') },
    ...{ user: numberOf(one, 'user'), at: numberOf(one, 'at') ?? 0, times: numberOf(one, 'times') ?? 1 },
  };
}

function textOf(data: unknown, name: string): string | null {
  const value = field(data, name);
  return typeof value === 'string' ? value : null;
}

function numberOf(data: unknown, name: string): number | null {
  const value = field(data, name);
  return typeof value === 'number' ? value : null;
}
