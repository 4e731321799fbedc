import type { Mode } from '../api/adapter.ts';
import { quote } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { field } from '../lib/field.ts';

/** An adapter of an addon. */
export interface AdapterSpec {
  /** The name of its class. */
  readonly name: string;
  readonly addon: string;
  readonly channel: string;
  readonly mode: Mode;
  readonly key: string | null;
  /** Its `get` is its own: it has to be asked. */
  readonly chooses: boolean;
}

/** A namespace of an addon. */
export interface NameSpaceSpec {
  readonly path: string;
  readonly addon: string;
  readonly events: ReadonlySet<string>;
  /** What may come before the session is known; null is everything. */
  readonly acl: readonly string[] | null;
  readonly hooks: ReadonlySet<string>;
}

/** A handler of `LongPollingNameSpace`. */
export interface HandlerSpec {
  /** The worker's own number for it. */
  readonly index: number;
  readonly event: string;
  readonly addon: string;
  readonly eventtype: 'connect' | 'on' | 'disconnect';
  /** The name of its function. */
  readonly name: string;
}

/** What a worker has. */
export interface Declares {
  readonly adapters: readonly AdapterSpec[];
  readonly namespaces: readonly NameSpaceSpec[];
  readonly handlers: readonly HandlerSpec[];
}

/** What of a worker's declarations could be read, and why the rest could not. */
export interface ReadDeclares extends Declares {
  readonly malformed: readonly SidecarError[];
}

/** Names what a worker declares. What is malformed harms nothing else. */
export function readDeclares(declares: unknown): ReadDeclares {
  const malformed: SidecarError[] = [];
  const read = <Spec>(name: string, one: (given: unknown) => Spec): readonly Spec[] => {
    const specs: Spec[] = [];
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        if (!(error instanceof SidecarError)) throw error;
        malformed.push(error);
      }
    };
    attempt(() => {
      for (const given of listOf(declares, name)) attempt(() => specs.push(one(given)));
    });
    return specs;
  };
  return {
    adapters: read('adapters', readAdapter),
    namespaces: read('namespaces', readNameSpace),
    handlers: read('handlers', readHandler),
    malformed,
  };
}

function readAdapter(given: unknown): AdapterSpec {
  const mode = field(given, 'mode') ?? 'queue';
  if (mode !== 'each' && mode !== 'queue') throw bad(given, "a mode that is neither 'each' nor 'queue'");
  const key = field(given, 'key') ?? null;
  if (key !== null && typeof key !== 'string') throw bad(given, 'a key that is no text');
  return {
    name: textOf(given, 'name'),
    addon: textOf(given, 'addon'),
    channel: textOf(given, 'channel'),
    mode,
    key,
    chooses: field(given, 'chooses') === true,
  };
}

function readNameSpace(given: unknown): NameSpaceSpec {
  return {
    path: textOf(given, 'path'),
    addon: textOf(given, 'addon'),
    events: new Set(textsOf(given, 'events')),
    acl: field(given, 'acl') === null ? null : textsOf(given, 'acl'),
    hooks: new Set(textsOf(given, 'hooks')),
  };
}

function readHandler(given: unknown): HandlerSpec {
  const eventtype = field(given, 'eventtype') ?? 'on';
  if (eventtype !== 'connect' && eventtype !== 'on' && eventtype !== 'disconnect')
    throw bad(given, "an eventtype that is none of 'connect', 'on', 'disconnect'");
  const index = field(given, 'index');
  if (typeof index !== 'number' || !Number.isSafeInteger(index)) throw bad(given, 'no index');
  return {
    index,
    event: textOf(given, 'event'),
    addon: textOf(given, 'addon'),
    eventtype,
    name: textOf(given, 'name'),
  };
}

function listOf(given: unknown, name: string): readonly unknown[] {
  const list = field(given, name) ?? [];
  if (!Array.isArray(list)) throw bad(given, `'${name}' that is no list`);
  return list;
}

function textsOf(given: unknown, name: string): readonly string[] {
  return listOf(given, name).map((one) => {
    if (typeof one !== 'string') throw bad(given, `'${name}' with something that is no text`);
    return one;
  });
}

function textOf(given: unknown, name: string): string {
  const text = field(given, name);
  if (typeof text !== 'string' || text === '') throw bad(given, `no '${name}'`);
  return text;
}

function bad(given: unknown, what: string): SidecarError {
  return new SidecarError(
    'link_declaration',
    `A declaration of the worker has ${what}: ${quote(given, 200)}. Correct it in the addon, or run a worker of the sidecar's release.`,
  );
}
