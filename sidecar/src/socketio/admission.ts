import type { OpenERPNameSpace } from '../api/namespace.ts';

/**
 * Asks a namespace whether it lets its user in, then tells it. Most do at once: without a promise then.
 *
 * @param refuse what `on_session_id` threw
 */
export function admit(nameSpace: OpenERPNameSpace, refuse: (error: unknown) => void): unknown {
  let admitted: unknown;
  try {
    admitted = nameSpace.on_session_id();
  } catch (error) {
    return refuse(error);
  }
  if (!(admitted instanceof Promise)) return nameSpace.recvConnect();
  return admitted.then(() => nameSpace.recvConnect(), refuse);
}
