import type { OpenERPNameSpace } from '../../api/namespace.ts';

/**
 * Asks a namespace whether it lets its user in, then tells it. Most do at once: without a promise then.
 *
 * @param refuse what `on_session_id` threw
 * @param connect told what to do when the user is let in
 */
export function admit(
  nameSpace: OpenERPNameSpace,
  refuse: (error: unknown) => void,
  connect: (recvConnect: () => unknown) => unknown,
): unknown {
  const enter = () => connect(() => nameSpace.recvConnect());
  let admitted: unknown;
  try {
    admitted = nameSpace.on_session_id();
  } catch (error) {
    return refuse(error);
  }
  if (!(admitted instanceof Promise)) return enter();
  return admitted.then(enter, refuse);
}
