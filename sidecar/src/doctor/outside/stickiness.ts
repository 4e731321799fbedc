import { randomUUID } from 'node:crypto';
import { type Finding, fine, problem, unseen } from '../finding.ts';
import { readEcho } from './echo-reading.ts';
import type { Visitor } from './visitor.ts';

/** A proxy that chooses between two sidecars by chance sends all of them to the same one once in 32,768 times. */
const PAGES = 16;
const POLLING = '/socket.io/?EIO=4&transport=polling';
/** Engine.IO's packet that ends a connection. */
const CLOSE = '1';

/** Does each request of a page with long-polling reach the sidecar that knows it? */
export async function lookAtStickiness(visitor: Visitor): Promise<Finding> {
  const subject = 'Several sidecars';
  // One after the other: of those that come at the same time, a proxy that takes the sidecars in turn may send each to the
  // same one twice.
  const pages: Visit[] = [];
  while (pages.length < PAGES) pages.push(await visit(visitor));
  const instances = new Set(pages.flatMap(({ instance }) => (instance === null ? [] : [instance])));
  const lost = pages.filter(({ status }) => status !== null && status !== 200).length;
  const known = pages.filter(({ status }) => status !== null).length;
  if (known === 0) return unseen(subject, 'not_looked', 'no page could begin with long-polling');
  if (lost > 0) {
    return problem(
      subject,
      'not_sticky',
      `${lost} of ${known} pages with long-polling reach another sidecar than before`,
    );
  }
  return fine(
    subject,
    `${instances.size} found, and ${known} of ${known} pages with long-polling stay where they are`,
  );
}

interface Visit {
  readonly instance: string | null;
  /** How the second request of the page was answered; null if the first one opened nothing. */
  readonly status: number | null;
}

async function visit(visitor: Visitor): Promise<Visit> {
  // By which the proxies of the documentation choose, as pages do it.
  const page = `page=${randomUUID()}`;
  const { body, headers: given } = await visitor.ask(`${POLLING}&${page}`);
  const sid = /^0\{.*?"sid":"([^"]+)"/.exec(body)?.[1];
  if (sid === undefined) return { instance: null, status: null };
  const known = `${page}&sid=${encodeURIComponent(sid)}`;
  // By which other proxies choose.
  const cookies = (given['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0]).join('; ');
  const Cookie = cookies === '' ? {} : { Cookie: cookies };
  const headers = { 'Content-Type': 'text/plain;charset=UTF-8', ...Cookie };
  const errand = { method: 'POST' as const, headers, body: Buffer.from(CLOSE) };
  const { status } = await visitor.ask(`${POLLING}&${known}`, errand);
  // Not before: it would make two again of what a proxy sends to two sidecars in turn.
  const echo = await visitor.ask(`/socket.io/echo?${known}`, { headers: Cookie });
  return { instance: readEcho(echo.body.split('\n', 1)[0] ?? '')?.instance ?? null, status };
}
