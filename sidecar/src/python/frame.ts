import { quote } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';

/** What each kind of frame from a worker has behind its name. Kinds that are not here are ignored: the wire grows. */
const SHAPES = {
  hello: ['object'],
  return: ['number', 'any'],
  throw: ['number', 'object'],
  /** The last is the socket; workers of before say none. */
  start: ['number', 'number', 'text', 'any'],
  listen: ['number', 'number', 'text', 'list', 'flag'],
  unlisten: ['number'],
  watch: ['number', 'text', 'list'],
  unwatch: ['number', 'text', 'list'],
  watched: ['number', 'number', 'text'],
  validate: ['number', 'number', 'text', 'flag'],
  secure_emit: ['number', 'number', 'text', 'text', 'list'],
  broadcast: ['number', 'number', 'text', 'list', 'flag'],
  notify: ['number', 'number', 'text', 'object'],
  emit: ['number', 'text', 'list'],
  lift: ['number'],
  disconnect: ['number'],
  selected: ['number', 'object', 'object'],
  pong: ['number'],
  declare: ['object'],
  bye: [],
} as const;

interface Kinds {
  number: number;
  text: string;
  flag: boolean;
  list: readonly unknown[];
  object: Readonly<Record<string, unknown>>;
  any: unknown;
}

type Shapes = typeof SHAPES;
type Name = keyof Shapes;
type Fields<Shape extends readonly (keyof Kinds)[]> = {
  -readonly [Index in keyof Shape]: Kinds[Shape[Index]];
};

/** The frame of that name: `Frame<'emit'>` is `['emit', socket, event, args]`. */
export type Frame<Of extends Name = Name> = {
  [One in Of]: readonly [One, ...Fields<Shapes[One]>];
}[Of];

/** So much of a bad line is quoted. */
const QUOTED = 200;

const CHECKS: { readonly [Kind in keyof Kinds]: (value: unknown) => boolean } = {
  number: (value) => Number.isSafeInteger(value),
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  list: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
};

/**
 * The frames of a line that came from a worker.
 *
 * @throws SidecarError `link_protocol`, with the beginning of the line, unless that is a hello: it has the proof
 */
export function readFrames(line: string): Frame[] {
  let frames: unknown;
  try {
    frames = JSON.parse(line);
  } catch {
    throw malformed('is no JSON', line);
  }
  if (!Array.isArray(frames)) throw malformed('is no array of frames', line);
  return frames.filter((frame: unknown) => {
    if (!Array.isArray(frame) || typeof frame[0] !== 'string')
      throw malformed('has a frame without a name', line);
    if (!isName(frame[0])) return false;
    const [name, ...fields]: [Name, ...unknown[]] = [frame[0], ...frame.slice(1)];
    const shape: readonly (keyof Kinds)[] = SHAPES[name];
    const isGood = shape.every((kind, index) => CHECKS[kind](fields[index]));
    if (!isGood) throw malformed(`has a '${name}' that is not [${[`'${name}'`, ...shape].join(', ')}]`, line);
    return true;
  });
}

function isName(name: string): name is Name {
  return Object.hasOwn(SHAPES, name);
}

function malformed(what: string, line: string): SidecarError {
  const shown = line.includes('"hello"') ? 'a hello, which is not shown' : quote(line, QUOTED);
  return new SidecarError(
    'link_protocol',
    `A line of the worker ${what}: ${shown}. Run a worker of the sidecar's release.`,
  );
}
