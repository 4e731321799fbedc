import { type AdapterClass, checkAdapter, type Mode } from './adapter.ts';
import { SidecarError } from './sidecar-error.ts';

/** An adapter with the addon that uses it. */
export interface DeclaredAdapter {
  /** `<addon>.<Class>`: the name of its position in the page's memory, the same in every sidecar. */
  readonly key: string;
  readonly addon: string;
  readonly adapter: AdapterClass;
  readonly channel: string;
  readonly mode: Mode;
}

/** The adapters of one process, in the order in which their addons were loaded: an addon after those it imports. */
export class AdapterRegistry {
  readonly #declared = new Map<string, DeclaredAdapter>();
  readonly #channels = new Map<string, DeclaredAdapter[]>();

  /**
   * The declaration of an adapter; made if there is none yet.
   *
   * @throws SidecarError `adapter_invalid`, `adapter_ambiguous`, `channel_reserved`
   */
  declare(adapter: AdapterClass, addon: string): DeclaredAdapter {
    checkAdapter(adapter);
    const key = `${addon}.${adapter.name}`;
    const known = this.#declared.get(key);
    if (known?.adapter === adapter) return known;
    if (known !== undefined) {
      throw new SidecarError(
        'adapter_ambiguous',
        `The addon '${addon}' has two adapters with the name '${adapter.name}'. Declare each once, at the top level, under a name of its own.`,
      );
    }
    const { channel, mode } = adapter;
    const declared = { key, addon, adapter, channel, mode };
    this.#declared.set(key, declared);
    const channels = this.#channels.get(channel) ?? [];
    channels.push(declared);
    this.#channels.set(channel, channels);
    return declared;
  }

  /** Forgets one adapter: another one takes its name. */
  remove({ key, channel }: Pick<DeclaredAdapter, 'key' | 'channel'>): void {
    this.#declared.delete(key);
    this.#channels.set(
      channel,
      this.of(channel).filter((one) => one.key !== key),
    );
  }

  /** Withdraws what an addon declared: its server module failed. */
  withdraw(addon: string): void {
    for (const [key, declared] of this.#declared) if (declared.addon === addon) this.#declared.delete(key);
    for (const [channel, declared] of this.#channels) {
      this.#channels.set(
        channel,
        declared.filter((one) => one.addon !== addon),
      );
    }
  }

  /** The channels for which there is an adapter. */
  get channels(): Iterable<string> {
    return this.#channels.keys();
  }

  /** The adapters of a channel. */
  of(channel: string): readonly DeclaredAdapter[] {
    return this.#channels.get(channel) ?? [];
  }
}
