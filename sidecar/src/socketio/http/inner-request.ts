import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isNear, peerOf } from '../../lib/http/sender.ts';

/** What proxies add, and what browsers send: a page of any site may ask in the browser of somebody who can reach this sidecar. */
const FOREIGN = /^(?:forwarded|via|x-real-ip|x-forwarded-.*|origin|sec-fetch-site)$/;
/** A name without dots: `localhost`, or a service of Compose. */
const LOCAL_NAME = /^[\w-]+$/;

/**
 * Whether a request comes from this machine or a network of its own, neither from a browser nor through a proxy that says so in
 * its headers: only such ones are told who was refused.
 */
export function isInner({ headers, socket }: IncomingMessage): boolean {
  return (
    isNear(peerOf(socket) ?? '') &&
    isLocal(headers.host ?? '') &&
    !Object.keys(headers).some((name) => FOREIGN.test(name))
  );
}

/**
 * Whether a host has no name that somebody else could give it. Whoever owns a name can have it lead to this machine, and a page under
 * it that asks its own host sends none of the headers of {@link FOREIGN}: to browsers that is the same site, and without TLS not
 * trustworthy enough for `Sec-Fetch-Site`.
 */
function isLocal(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  const address = /^\[(.*)\]$/.exec(name)?.[1] ?? name;
  return isIP(address) !== 0 || LOCAL_NAME.test(name);
}
