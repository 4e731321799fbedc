import type { Problem } from '../../api/problem.ts';
import { OPTIONS } from '../options/options.ts';

/**
 * Kubernetes and Docker tell every container where a Service or a linked container is, by variables that are named after
 * it: of a Service `web-socketio`, `WEB_SOCKETIO_PORT=tcp://10.0.0.11:8068` and others.
 *
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables,
 * https://docs.docker.com/engine/network/links/#environment-variables
 */
const ADDRESS = /^(?:tcp|udp|sctp):\/\/[^/]+$/;
/** The port's own name may follow `_SERVICE_PORT`. */
const COMPANION = /_SERVICE_HOST$|_SERVICE_PORT(?:_|$)|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_|$)/;
const CONTAINER_NAME = /^WEB_SOCKETIO(?:_.+)?_NAME$/;
const CONTAINER_VARIABLE = /^WEB_SOCKETIO_(?:.+_)?ENV_/;

/** Whether a variable comes from Kubernetes or Docker and is not a setting, although it may have the name of an option. */
export function isServiceLink(name: string, value: string): boolean {
  if (!name.startsWith('WEB_SOCKETIO_')) return false;
  if (name.endsWith('_PORT') && ADDRESS.test(value)) return true;
  if (CONTAINER_NAME.test(name)) return value.startsWith('/');
  return COMPANION.test(name) || CONTAINER_VARIABLE.test(name);
}

/**
 * What to say of those that have the name of an option: one line for all of them, or none.
 *
 * @param links names and values of all service links
 */
export function describeServiceLinks(links: Readonly<Record<string, string>>): Problem[] {
  const taken = OPTIONS.map(({ variable }) => variable).filter((variable) => links[variable] !== undefined);
  if (taken.length === 0) return [];
  const given = taken.map((variable) => `${variable}=${links[variable]}`).join(', ');
  const services = taken.map(
    (name) =>
      `'${name
        .replace(/_PORT$/, '')
        .toLowerCase()
        .replaceAll('_', '-')}'`,
  );
  return [
    {
      code: 'service_link',
      message: `Ignored ${given}: Kubernetes or Docker sets this for a Service named ${services.join(', ')}. Set enableServiceLinks: false in the Pod, or rename the Service.`,
    },
  ];
}
