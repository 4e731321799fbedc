import type { Mode } from '../api/adapter.ts';
import type { AdapterRegistry, DeclaredAdapter } from '../api/adapter-registry.ts';
import { SidecarError } from '../api/sidecar-error.ts';

/** Where the adapters are: others, after server modules were loaded anew. */
export interface AdapterSource {
  readonly adapters: AdapterRegistry;
}

/**
 * The modes of one database's channels: that of the first adapter whose addon is installed there. A channel without one
 * is a queue.
 */
export class ChannelModes {
  readonly #registry: AdapterSource;
  readonly #isInstalled: (addon: string) => boolean;

  constructor(registry: AdapterSource, isInstalled: (addon: string) => boolean) {
    this.#registry = registry;
    this.#isInstalled = isInstalled;
  }

  /** Undefined if no installed addon has an adapter for it yet. */
  get(channel: string): Mode | undefined {
    return this.#first(channel)?.mode;
  }

  /** The channels for which an installed addon has an adapter: somebody may listen to them. */
  get heard(): string[] {
    return [...this.#registry.adapters.channels].filter((channel) => this.get(channel) !== undefined);
  }

  /** Those of them that are queues. */
  get queues(): string[] {
    return this.heard.filter((channel) => this.get(channel) === 'queue');
  }

  /** @throws SidecarError `channel_mode_conflict` if an earlier adapter of its channel has another mode */
  check(declared: DeclaredAdapter): void {
    const first = this.#first(declared.channel);
    if (first === undefined || first.mode === declared.mode) return;
    throw new SidecarError(
      'channel_mode_conflict',
      `The channel '${declared.channel}' is '${first.mode}' by ${first.adapter.name} of the addon '${first.addon}', and cannot be '${declared.mode}' for ${declared.adapter.name} of '${declared.addon}' as well. Use one mode, or another channel.`,
    );
  }

  /** All adapters that this database refuses. */
  conflicts(): SidecarError[] {
    const { adapters } = this.#registry;
    const errors: SidecarError[] = [];
    for (const channel of adapters.channels) {
      for (const declared of adapters.of(channel)) {
        if (!this.#isInstalled(declared.addon)) continue;
        try {
          this.check(declared);
        } catch (error) {
          if (error instanceof SidecarError) errors.push(error);
        }
      }
    }
    return errors;
  }

  #first(channel: string): DeclaredAdapter | undefined {
    return this.#registry.adapters.of(channel).find(({ addon }) => this.#isInstalled(addon));
  }
}
