import { AdapterRegistry } from './adapter-registry.ts';
import { type NameSpaceClass, OpenERPNameSpace } from './namespace.ts';
import { SidecarError } from './sidecar-error.ts';

/** A namespace that an addon declared. */
export interface Declaration {
  readonly path: string;
  readonly addon: string;
  readonly nameSpace: NameSpaceClass;
}

/** The namespaces and adapters of one process: what server modules declare while they are loaded. */
export class Registry {
  #adapters = new AdapterRegistry();
  #declarations = new Map<string, Declaration>();
  #loading: string[] = [];

  /** Those of today: who ran before a `replace` keeps those it was started with. */
  get adapters(): AdapterRegistry {
    return this.#adapters;
  }

  /** The addon whose server module is being loaded. */
  get addon(): string {
    const addon = this.#loading.at(-1);
    if (addon === undefined) {
      throw new SidecarError(
        'not_loading',
        'No server module is being loaded. Declare namespaces and handlers at the top level of socketio/index.ts.',
      );
    }
    return addon;
  }

  /**
   * Evaluates a server module in the name of its addon. If it throws, what it declared is withdrawn.
   *
   * @throws whatever `evaluate` throws
   */
  load<T>(addon: string, evaluate: () => T): T {
    this.#loading.push(addon);
    try {
      return evaluate();
    } catch (error) {
      for (const [path, declaration] of this.#declarations) {
        if (declaration.addon === addon) this.#declarations.delete(path);
      }
      this.#adapters.withdraw(addon);
      throw error;
    } finally {
      this.#loading.pop();
    }
  }

  /** @throws SidecarError `namespace_invalid`, `namespace_taken` */
  add(path: string, nameSpace: NameSpaceClass): Declaration {
    if (typeof path !== 'string' || !/^\/[\w./-]+$/.test(path)) {
      throw new SidecarError(
        'namespace_invalid',
        `${JSON.stringify(path)} is not a namespace. Use a path such as '/mynamespace'.`,
      );
    }
    if (typeof nameSpace !== 'function' || !(nameSpace.prototype instanceof OpenERPNameSpace)) {
      throw new SidecarError(
        'namespace_invalid',
        `What was given for '${path}' does not extend OpenERPNameSpace.`,
      );
    }
    const taken = this.#declarations.get(path);
    if (taken !== undefined) {
      throw new SidecarError(
        'namespace_taken',
        `The namespace '${path}' was declared by '${taken.addon}' already. Choose another path in '${this.addon}'.`,
      );
    }
    const declaration = { path, addon: this.addon, nameSpace };
    this.#declarations.set(path, declaration);
    return declaration;
  }

  /** Takes over what another one holds: the server modules were loaded anew. */
  replace(other: Registry): void {
    this.#declarations = other.#declarations;
    this.#adapters = other.#adapters;
    // What those modules declare later asks the other one in whose name that is.
    this.#loading = other.#loading;
  }

  get(path: string): Declaration | undefined {
    return this.#declarations.get(path);
  }

  all(): Iterable<Declaration> {
    return this.#declarations.values();
  }
}
