/** The value of a cookie in the header that a browser sent; null if there is none. Of two the first counts, as for Odoo. */
export function cookieValue(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const [key, ...rest] = pair.split('=');
    if (key?.trim() === name) return rest.join('=').trim() || null;
  }
  return null;
}

/** By what Odoo knows a browser: its session, and what it gave to a guest of live chat. A secret. */
export function browserKey(header: string): string | null {
  const keys = [cookieValue(header, 'session_id'), cookieValue(header, 'dgid')];
  return keys.every((key) => key === null) ? null : keys.map((key) => key ?? '').join('\n');
}
