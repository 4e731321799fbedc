import type { EndReason } from '../../../sidecar/protocol/end.ts';

/** Why the sidecar closes or refuses a connection, as far as it says so. */
export interface End extends Omit<EndReason, 'retry'> {
  /** Undefined when the sidecar did not say. */
  readonly retry: boolean | undefined;
}

/** Reads why a connection ends from data of the network, whatever it is. */
export function readEnd(data: unknown): End {
  const said: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  const { code, message, retry } = said;
  return {
    code: typeof code === 'string' ? code : 'unknown',
    message: typeof message === 'string' ? message : '',
    retry: typeof retry === 'boolean' ? retry : undefined,
  };
}
