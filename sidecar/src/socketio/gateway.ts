import type { Values } from '../api/message.ts';
import type { ChannelHub } from '../delivery/channel-hub.ts';

/** What the row of a token says. */
export interface Proof {
  readonly uid: number;
  /** The same for all pages of one OpenERP session. */
  readonly sessionHash: string;
  readonly context: Values;
  readonly expiresInMs: number;
  readonly proofDue: boolean;
  readonly ended: boolean;
}

/** A call of a model in the name of a token. */
export interface TokenCall {
  readonly token: string;
  readonly context: Values;
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Values;
}

/** One database, as the sockets need it. */
export interface Gateway {
  readonly name: string;
  readonly hub: ChannelHub;
  /** False until PostgreSQL was reached and the module found there. */
  readonly ready: boolean;
  /** @param tokenHash SHA-256, hex */
  findProof(tokenHash: string): Promise<Proof | null>;
  refreshModules(): Promise<void>;
  isInstalled(addon: string): boolean;
  notify(channel: string, uid: number, values: Values): Promise<void>;
  call(call: TokenCall): Promise<unknown>;
}
