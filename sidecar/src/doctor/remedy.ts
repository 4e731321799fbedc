/** The reverse proxies whose configuration is known here. */
export const PROXIES = ['nginx', 'Apache', 'Caddy', 'HAProxy', 'Traefik'] as const;
export type ProxyName = (typeof PROXIES)[number];

/** Why a finding matters, and what mends it. */
export interface Remedy {
  readonly why: string;
  /** What to do, whatever the proxy is. */
  readonly mend: string;
  /** What each proxy has to be told, where it is one that has to change: to be pasted as it stands, with places as comments. */
  readonly lines?: Readonly<Record<ProxyName, readonly string[]>>;
}
