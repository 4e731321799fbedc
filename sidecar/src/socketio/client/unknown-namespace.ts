import type { Declaration, Registry } from '../../api/registry.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Gateway } from '../gateway.ts';
import { unavailable } from './handshake.ts';

/**
 * The declaration of a namespace that is not known yet. Those of Python workers are known when their database has been
 * read, before any worker is there.
 *
 * @param gateway the database that the client named; undefined if it is not served
 * @throws SidecarError `namespace_unknown`; `database_unavailable` while nobody can know
 */
export async function findLater(
  path: string,
  gateway: Gateway | undefined,
  registry: Registry,
): Promise<Declaration> {
  if (gateway?.ready === false) throw unavailable(gateway.name);
  await gateway?.refreshModules().catch(() => undefined);
  const declaration = registry.get(path);
  if (declaration !== undefined) return declaration;
  // Clients may put a query behind it, with a token in it.
  const name = path.split(/[?#]/, 1)[0] ?? '';
  throw new SidecarError(
    'namespace_unknown',
    `No server module and no Python worker declares the namespace '${name.slice(0, 100)}'. See "Add namespace" in the sidecar's log.`,
  );
}
