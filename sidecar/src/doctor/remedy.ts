/** The reverse proxies whose configuration is known here. */
export const PROXIES = ['nginx', 'Apache', 'Caddy', 'HAProxy', 'Traefik'] as const;
export type ProxyName = (typeof PROXIES)[number];

/** Why a finding matters, and how to fix it. */
export interface Remedy {
  readonly why: string;
  /** What to do, whatever the proxy is. */
  readonly mend: string;
  /** What each proxy has to be told, where it is one that has to change: to be pasted as it stands, with places as comments. */
  readonly lines?: Readonly<Record<ProxyName, readonly string[]>>;
}

/** The sidecar's place in the lines, which is its default. */
export const DEFAULT_SIDECAR = '127.0.0.1:8068';

/**
 * The lines with the place of a sidecar that is known; with a comment that says that it is the default where it is not.
 *
 * @param sidecar such as `127.0.0.1:8090`; null if it is not known
 */
export function placeSidecar<Told extends Remedy>(remedy: Told, sidecar: string | null): Told {
  if (remedy.lines === undefined) return remedy;
  const lines = Object.fromEntries(
    Object.entries(remedy.lines).map(([proxy, told]) => [proxy, placeIn(told, sidecar)]),
  );
  return { ...remedy, lines };
}

function placeIn(lines: readonly string[], sidecar: string | null): readonly string[] {
  if (!lines.some((line) => line.includes(DEFAULT_SIDECAR))) return lines;
  if (sidecar !== null) return lines.map((line) => line.replaceAll(DEFAULT_SIDECAR, sidecar));
  return [`# ${DEFAULT_SIDECAR} is the default of the sidecar: put yours there`, ...lines];
}
