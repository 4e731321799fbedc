import type { IncomingMessage } from 'node:http';
import { isNear, peerOf } from '../../lib/http/sender.ts';

/** What proxies add, and what browsers send: a page of any site may ask in the browser of somebody who can reach this sidecar. */
const FOREIGN = /^(?:forwarded|via|x-real-ip|x-forwarded-.*|origin|sec-fetch-site)$/;

/**
 * Whether a request comes from this machine or a network of its own, and neither through a proxy nor from a browser: only
 * such ones are told who was refused.
 */
export function isInner({ headers, socket }: IncomingMessage): boolean {
  return isNear(peerOf(socket) ?? '') && !Object.keys(headers).some((name) => FOREIGN.test(name));
}
