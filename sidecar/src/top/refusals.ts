import { cell, known } from './cell.ts';
import { count, duration } from './figures.ts';
import type { Reading } from './reading.ts';
import type { ListedRefusal } from './refusal-list.ts';
import type { Section } from './section.ts';

/** Who was refused last, the last first. What pages bring about as a matter of course is said less loudly. */
export function refusals({ refused, date }: Reading): Section {
  const rows = (refused?.refusals ?? []).map((one) => {
    const tone = one.level === 'debug' ? 'dim' : 'plain';
    return [
      cell(duration(Math.max(0, Math.round((date.getTime() - one.at) / 1_000))), tone),
      cell(one.code, one.level === 'warn' || one.level === 'error' ? 'bad' : tone),
      known(one.times, count),
      cell(whomOf(one), tone),
      cell(one.address ?? '–', tone),
      cell(one.origin ?? '', tone),
    ];
  });
  return {
    title: 'Refused',
    columns: [
      { title: 'AGO', rank: 0 },
      { title: 'REFUSED', isText: true, rank: 0 },
      { title: 'TIMES', rank: 1 },
      { title: 'WHO', isText: true, rank: 2 },
      { title: 'FROM', isText: true, rank: 3 },
      { title: 'PAGE OF', isText: true, rank: 4 },
    ],
    rows,
    none: refused === null ? 'shown only if you ask the sidecar itself, by its IP address' : 'nobody',
  };
}

/** Such as `user 7 of mydb, /echo`. */
function whomOf({ user, db, path, way }: ListedRefusal): string {
  const who = user === null ? (db ?? '') : `user ${user}${db === null ? '' : ` of ${db}`}`;
  return [who, path ?? way].filter((part) => part !== '').join(', ');
}
