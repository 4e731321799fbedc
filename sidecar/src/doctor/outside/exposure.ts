import { type Finding, fine, problem } from '../finding.ts';
import type { Visitor } from './visitor.ts';

/** What the sidecar says there, and what nobody outside needs to know. */
const INNER = [
  { path: '/metrics', isOurs: (body: string) => body.includes('web_socketio_') },
  { path: '/refusals', isOurs: (body: string) => body.includes('"web_socketio"') },
  { path: '/healthz', isOurs: (body: string) => body.includes('"alive"') },
  { path: '/readyz', isOurs: (body: string) => body.includes('"databases"') },
] as const;

/** Where a Python worker links to the sidecar, and what it asks for: no other server gives that. */
const LINK = { path: '/web_socketio/worker', protocol: 'web_socketio_worker' } as const;

/** Is what is for the inside out of reach? */
export async function lookAtExposure(visitor: Visitor): Promise<Finding[]> {
  return [await lookAtNumbers(visitor), await lookAtLink(visitor)];
}

async function lookAtLink(visitor: Visitor): Promise<Finding> {
  const subject = 'Link of workers';
  return (await visitor.upgrades(LINK.path, LINK.protocol))
    ? problem(subject, 'link_open', `${LINK.path} of the sidecar can be reached from here`)
    : fine(subject, `${LINK.path} cannot be reached`);
}

async function lookAtNumbers(visitor: Visitor): Promise<Finding> {
  const subject = 'Inner paths';
  const open = await Promise.all(
    INNER.map(async ({ path, isOurs }) => (isOurs((await visitor.ask(path)).body) ? [path] : [])),
  );
  const found = open.flat();
  return found.length === 0
    ? fine(subject, `${INNER.map(({ path }) => path).join(', ')} cannot be reached`)
    : problem(subject, 'inner_paths_open', `${found.join(', ')} of the sidecar can be reached from here`);
}
