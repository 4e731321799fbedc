import type { Certificate } from '../network/certificate.ts';
import type { Program } from '../process/program.ts';

/** What stands behind a proxy, as URLs. */
export interface ReverseProxyOptions {
  /** Where it is, such as `http://127.0.0.1:8069`. */
  readonly odoo: string;
  /** One, or several. */
  readonly sidecar: string | readonly string[];
  /** Where Odoo's own bus is; the same as `odoo` by default. */
  readonly odooEvented?: string;
  /** Only over TLS, with that certificate. */
  readonly certificate?: Certificate;
  /** Changes the configuration of this repository before it is used. */
  readonly change?: (config: string) => string;
}

/** A server that browsers talk to, with the configuration of this repository. Whoever starts it stops it. */
export interface ReverseProxy {
  readonly url: string;
  /** With TLS: what comes there is sent to `url`. */
  readonly plainUrl: string | null;
  readonly server: Program;
  stop(): Promise<void>;
}

/** The proxy that listens on that port of this machine, and for what is not TLS on the other one. */
export function describeProxy(
  { certificate }: ReverseProxyOptions,
  { server, port, plainPort }: { server: Program; port: number; plainPort: number },
  stop: () => Promise<void>,
): ReverseProxy {
  const isPlain = certificate === undefined;
  return {
    url: `${isPlain ? 'http' : 'https'}://127.0.0.1:${port}`,
    plainUrl: isPlain ? null : `http://127.0.0.1:${plainPort}`,
    server,
    stop,
  };
}
