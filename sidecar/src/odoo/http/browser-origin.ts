/**
 * A scheme, and what may stand in a header `Host`, as Odoo takes it: it needs to be no name that a URL could have. The same as
 * in the addon's `common/origin.py`; what one of the two refused could never be asked about.
 */
const ORIGIN = /^(https?):\/\/((?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?)$/i;

/** Is it the address of a server, such as `https://erp.example.com`? It comes from outside. */
export function isOrigin(origin: string | null): origin is string {
  return origin !== null && ORIGIN.test(origin);
}

/** The host of an origin, with its port if it names one. */
export function hostOf(origin: string): string {
  return ORIGIN.exec(origin)?.[2] ?? '';
}

/**
 * The headers by which Odoo takes a request for one that came to that address: by its host it chooses which databases
 * it opens, and what it writes into links.
 *
 * @param origin such as `https://erp.example.com`; null, or what is none, leaves it to Odoo's own address
 */
export function headersOf(origin: string | null): Record<string, string> {
  const [, scheme, host] = ORIGIN.exec(origin ?? '') ?? [];
  if (scheme === undefined || host === undefined) return {};
  return { Host: host, 'X-Forwarded-Host': host, 'X-Forwarded-Proto': scheme.toLowerCase() };
}
