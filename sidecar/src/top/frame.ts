import { cell } from './cell.ts';
import { duration } from './figures.ts';
import type { Section } from './section.ts';
import { type Line, shorten, table } from './table.ts';
import type { View } from './view.ts';

/** How large a terminal is. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is said besides what is seen. */
export interface Words {
  /** Where the sidecar is. */
  readonly address: string;
  /** Why there is nothing new; null if there is. */
  readonly trouble: string | null;
  /** What the keys do; empty if there are none. */
  readonly keys: string;
}

/** Between figures. */
const BETWEEN = '   ';
/** A section without rows takes one line, and each other its titles and some of its rows. */
const LEAST_ROWS = 1;

/** Writes a view so that it fits: sections that have more rows than there is room for say how many. */
export function frame(view: View, words: Words, { columns, rows }: Size): Line[] {
  const head = heading(view, words, columns);
  const foot = words.keys === '' ? [] : [[cell(shorten(words.keys, columns), 'dim')]];
  const shares = share(
    view.sections.map((section) => section.rows.length),
    rows - head.length - foot.length,
  );
  const parts = view.sections.map((section, index) => lines(section, shares[index] ?? 0, columns));
  const spare = rows - [head, foot, ...parts].reduce((sum, { length }) => sum + length, 0);
  // Where there is room, each stands by itself.
  const isAiry = spare >= parts.length;
  const body = parts.flatMap((part, index) => (isAiry && index > 0 ? [[], ...part] : part));
  const used = head.length + body.length + foot.length;
  const space = foot.length === 0 ? [] : Array.from({ length: Math.max(0, rows - used) }, () => []);
  return [...head, ...body, ...space, ...foot].slice(0, rows);
}

function heading({ release, upSeconds, date, figures, hint }: View, words: Words, columns: number): Line[] {
  const up = upSeconds === null ? '' : `, up ${duration(upSeconds)}`;
  const title = `web_socketio ${release} at ${words.address}${up}`;
  const time = date.toTimeString().slice(0, 8);
  const room = columns - time.length - 2;
  const texts = figures.map(([label, text]) => `${label} ${text}`);
  // The last ones matter least.
  while (texts.join(BETWEEN).length > columns && texts.length > 1) texts.pop();
  return [
    room < 20
      ? [cell(shorten(title, columns), 'title')]
      : [cell(shorten(title, room).padEnd(room + 2), 'title'), cell(time, 'dim')],
    [cell(shorten(texts.join(BETWEEN), columns))],
    words.trouble === null ? hintLine(hint, columns) : [cell(shorten(words.trouble, columns), 'bad')],
  ];
}

function hintLine(hint: string | null, columns: number): Line {
  return hint === null ? [] : [cell(shorten(hint, columns))];
}

function lines(section: Section, most: number, columns: number): Line[] {
  const { title, rows, none } = section;
  if (rows.length === 0) return [[cell(shorten(`${title}: ${none}`, columns), 'dim')]];
  const shown = rows.slice(0, most);
  if (shown.length === rows.length) return table(section.columns, rows, columns);
  // How many there are stands behind the titles: a line of its own would cost a row.
  const rest = `  ${shown.length} of ${rows.length}`;
  const [titles = [], ...others] = table(section.columns, shown, columns - rest.length);
  return [[...titles, cell(rest, 'dim')], ...others];
}

/** How many rows each section gets of all the lines that there are: those that need few get all of theirs, the rest is divided. */
function share(wanted: readonly number[], room: number): number[] {
  const shares = wanted.map((count) => Math.min(count, LEAST_ROWS));
  // Titles, and what stands for no rows.
  let left = room - wanted.length - shares.reduce((sum, one) => sum + one, 0);
  while (left > 0 && shares.some((one, index) => one < (wanted[index] ?? 0))) {
    for (const [index, count] of wanted.entries()) {
      const now = shares[index] ?? 0;
      if (left <= 0 || now >= count) continue;
      shares[index] = now + 1;
      left -= 1;
    }
  }
  return shares;
}
