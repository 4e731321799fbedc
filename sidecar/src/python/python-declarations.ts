import type { AdapterClass } from '../api/adapter.ts';
import type { EventDescription } from '../api/event-description.ts';
import type { NameSpaceClass } from '../api/namespace.ts';
import type { Registry } from '../api/registry.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { type Declared, handlerKeys, SHARED } from './declared.ts';
import type { AdapterSpec, HandlerSpec, NameSpaceSpec, ReadDeclares } from './declares.ts';
import { makeAdapter } from './python-adapter.ts';
import { pythonHandler } from './python-handler.ts';
import { nameSpaceClass } from './python-name-space.ts';
import type { WorkerPool } from './worker-pool.ts';

/** What declarations need. */
export interface DeclarationsOptions {
  readonly registry: Registry;
  pool(db: string): WorkerPool;
  /** A namespace is new. */
  added(path: string): void;
}

/** What became of a worker's declarations. */
export interface Outcome {
  readonly declared: Declared;
  /** What was refused singly. */
  readonly rejected: readonly SidecarError[];
  /** Was anything of it not known yet? */
  readonly isNew: boolean;
  /** Is a handler among that which runs when a page connects? Those that are connected have missed it. */
  readonly isMissed: boolean;
}

interface KnownAdapter {
  readonly spec: AdapterSpec;
  readonly adapter: AdapterClass;
}

interface KnownNameSpace {
  readonly addon: string;
  readonly nameSpace: NameSpaceClass;
  spec: NameSpaceSpec;
}

/**
 * What the addons of all workers declare, put into the sidecar's one registry as if server modules had declared it. It stays
 * when a worker goes, and is the same for the next one.
 */
export class PythonDeclarations {
  readonly #options: DeclarationsOptions;
  readonly #nameSpaces = new Map<string, KnownNameSpace>();
  readonly #handlers = new Map<string, HandlerSpec>();
  readonly #adapters = new Map<string, KnownAdapter>();
  #isNew = false;
  #isMissed = false;

  constructor(options: DeclarationsOptions) {
    this.#options = options;
  }

  /** Is that namespace one in Python? All its adapters are known then. */
  has(path: string): boolean {
    return this.#nameSpaces.has(path);
  }

  /**
   * Adds what a worker declares.
   *
   * @param used the adapters that other connected workers have: another one of the same name is refused
   */
  add(declares: ReadDeclares, used: ReadonlySet<string>): Outcome {
    this.#isNew = false;
    this.#isMissed = false;
    const rejected: SidecarError[] = [...declares.malformed];
    const keep = <Key, Value>(into: Map<Key, Value>, key: Key, work: () => Value): void => {
      try {
        into.set(key, work());
      } catch (error) {
        if (!(error instanceof SidecarError)) throw error;
        rejected.push(error);
      }
    };
    const adapters = new Map<string, AdapterClass>();
    const namespaces = new Map<string, NameSpaceSpec>();
    const handlers = new Map<string, number>();
    for (const spec of declares.adapters) {
      keep(adapters, nameOf(spec), () => {
        this.#refuseConflict(spec, used);
        return this.#addAdapter(spec);
      });
    }
    for (const spec of declares.namespaces) keep(namespaces, spec.path, () => this.#addNameSpace(spec));
    for (const [key, spec] of handlerKeys(declares.handlers))
      keep(handlers, key, () => this.#addHandler(key, spec));
    const texts = new Set<string>();
    return {
      declared: { adapters, namespaces, handlers },
      // Each handler of an addon fails for the same reason.
      rejected: rejected.filter(({ message }) => !texts.has(message) && texts.add(message)),
      isNew: this.#isNew,
      isMissed: this.#isMissed,
    };
  }

  /**
   * Puts all of it into the registry again: the server modules were loaded anew, and took the place of everything.
   * @returns what cannot be declared any more
   */
  again(): readonly SidecarError[] {
    const { registry } = this.#options;
    const refused: SidecarError[] = [];
    const declare = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        if (!(error instanceof SidecarError)) throw error;
        refused.push(error);
      }
    };
    for (const { spec, adapter } of this.#adapters.values())
      declare(() => registry.adapters.declare(adapter, spec.addon));
    for (const [path, { addon, nameSpace }] of this.#nameSpaces)
      declare(() => this.#declare(path, addon, nameSpace));
    const handlers = [...this.#handlers];
    this.#handlers.clear();
    for (const [key, spec] of handlers)
      declare(() => {
        this.#register(key, spec);
        this.#handlers.set(key, spec);
      });
    return refused;
  }

  /**
   * Is there nothing in it that other connected workers have otherwise? A worker with other code waits until they have gone.
   * @throws SidecarError `link_conflict`
   */
  check({ adapters }: ReadDeclares, used: ReadonlySet<string>): void {
    for (const spec of adapters) this.#refuseConflict(spec, used);
  }

  #refuseConflict(spec: AdapterSpec, used: ReadonlySet<string>): void {
    const known = this.#adapters.get(nameOf(spec));
    if (known === undefined || isSame(known.spec, spec) || !used.has(nameOf(spec))) return;
    throw new SidecarError(
      'link_conflict',
      `Another connected worker declares the adapter '${nameOf(spec)}' with ${describe(known.spec)}, and this one with ${describe(spec)}. Stop the worker with the older code: this one is taken then.`,
    );
  }

  #addAdapter(spec: AdapterSpec): AdapterClass {
    const { adapters } = this.#options.registry;
    const known = this.#adapters.get(nameOf(spec));
    if (known !== undefined && isSame(known.spec, spec)) return known.adapter;
    // Nobody uses it any more.
    if (known !== undefined) adapters.remove({ key: nameOf(spec), channel: known.spec.channel });
    const adapter = makeAdapter(spec);
    adapters.declare(adapter, spec.addon);
    this.#adapters.set(nameOf(spec), { spec, adapter });
    this.#isNew = true;
    return adapter;
  }

  #addNameSpace(spec: NameSpaceSpec): NameSpaceSpec {
    const { path, addon } = spec;
    const known = this.#nameSpaces.get(path);
    if (known?.addon === addon && this.#options.registry.get(path)?.nameSpace === known.nameSpace) {
      known.spec = spec;
      return spec;
    }
    const last = () => this.#nameSpaces.get(path)?.spec;
    const nameSpace = nameSpaceClass({ path, addon, spec: last, pool: this.#options.pool });
    this.#declare(path, addon, nameSpace);
    this.#nameSpaces.set(path, { addon, nameSpace, spec });
    this.#isNew = true;
    this.#options.added(path);
    return spec;
  }

  /** Not by `load` alone: what that is thrown out of takes along what the addon has in TypeScript. */
  #declare(path: string, addon: string, nameSpace: NameSpaceClass): void {
    this.#inNameOf(addon, () => this.#options.registry.add(path, nameSpace));
  }

  #addHandler(key: string, spec: HandlerSpec): number {
    if (!this.#handlers.has(key)) {
      this.#register(key, spec);
      this.#handlers.set(key, spec);
      this.#isNew = true;
      this.#isMissed ||= spec.eventtype === 'connect';
    }
    return spec.index;
  }

  #register(key: string, spec: HandlerSpec): void {
    const { registry, pool } = this.#options;
    const on: unknown = Reflect.get(registry.get(SHARED)?.nameSpace ?? {}, 'on');
    if (typeof on !== 'function') {
      throw new SidecarError(
        'namespace_unknown',
        `Handlers of '${spec.addon}' in Python need the server module of web_longpolling, which this sidecar has not loaded. Add its folder to addons_path, and start the sidecar again.`,
      );
    }
    const { event, eventtype } = spec;
    this.#refusePorted(spec);
    const { run, counts } = pythonHandler(spec, key, pool);
    this.#inNameOf(spec.addon, () => Reflect.apply(on, undefined, [event, { eventtype, counts }, run]));
  }

  /** An addon that was ported has the same handler in both languages: it would do everything twice. */
  #refusePorted({ addon, event, eventtype }: HandlerSpec): void {
    const same = (one: EventDescription) =>
      one.addon === addon && one.event === event && (one.eventtype ?? 'on') === eventtype;
    const all = this.#options.registry.get(SHARED)?.nameSpace.describeEvents().filter(same).length ?? 0;
    const own = [...this.#handlers.values()].filter(same).length;
    if (all <= own) return;
    throw new SidecarError(
      'handler_taken',
      `'${addon}' handles ${eventtype === 'on' ? '' : `${eventtype} of `}'${event}' in TypeScript, too, and that is what runs. Take one of the two out.`,
    );
  }

  #inNameOf(addon: string, work: () => void): void {
    let failed: { readonly error: unknown } | null = null;
    this.#options.registry.load(addon, () => {
      try {
        work();
      } catch (error) {
        failed = { error };
      }
    });
    const thrown: { readonly error: unknown } | null = failed;
    if (thrown !== null) throw Reflect.get(thrown, 'error');
  }
}

function nameOf({ addon, name }: AdapterSpec): string {
  return `${addon}.${name}`;
}

function isSame(one: AdapterSpec, other: AdapterSpec): boolean {
  return describe(one) === describe(other);
}

function describe({ channel, mode, key, chooses }: AdapterSpec): string {
  return `channel '${channel}', mode '${mode}', ${key === null ? 'no key' : `key '${key}'`}, ${chooses ? 'a get of its own' : 'no get of its own'}`;
}
