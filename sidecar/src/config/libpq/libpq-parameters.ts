import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SidecarError } from '../../api/sidecar-error.ts';
import { readTextFile } from '../files/text-file.ts';
import type { Sources } from '../sources.ts';
import { readValue, type ValueType } from '../values/value-type.ts';
import { type LibpqParameter, VARIABLES } from './parameter-variables.ts';
import { parseServiceFile, type ServiceKey } from './service-file.ts';

/** What the sidecar cannot do: with another value than these, it would be something else than what was asked for. */
const LIMITED: Readonly<Record<string, { variable: string | null; may: readonly string[]; why: string }>> = {
  sslcertmode: {
    ...{ variable: 'PGSSLCERTMODE', may: ['disable', 'allow'] },
    why: 'Node does not tell whether the server asked for a certificate',
  },
  sslcrldir: {
    ...{ variable: 'PGSSLCRLDIR', may: [] },
    why: 'Node reads revoked certificates from one file: name it with PGSSLCRL',
  },
  channel_binding: {
    ...{ variable: 'PGCHANNELBINDING', may: ['disable', 'prefer'] },
    why: 'the PostgreSQL client for Node cannot insist on it: sslmode verify-full keeps others out, too',
  },
  require_auth: {
    ...{ variable: 'PGREQUIREAUTH', may: [] },
    why: 'the PostgreSQL client for Node takes the method that the server asks for',
  },
  requirepeer: {
    ...{ variable: 'PGREQUIREPEER', may: [] },
    why: 'Node does not tell who owns the other end of a Unix socket',
  },
  gssencmode: {
    ...{ variable: 'PGGSSENCMODE', may: ['disable', 'prefer'] },
    why: 'Node has no GSSAPI: encrypt by TLS',
  },
  load_balance_hosts: {
    ...{ variable: 'PGLOADBALANCEHOSTS', may: ['disable'] },
    why: 'all sidecars work at the same server, the primary',
  },
  min_protocol_version: {
    ...{ variable: 'PGMINPROTOCOLVERSION', may: ['3.0'] },
    why: 'the PostgreSQL client for Node speaks 3.0',
  },
  replication: { variable: null, may: [], why: 'the sidecar reads tables' },
};

/**
 * Without a meaning here: how text is encoded (always UTF-8), how long a dead link is believed (the sidecar has time
 * limits of its own), the newest protocol that is allowed, and what belongs to ways to log in that Node does not know.
 */
const LEFT_ALONE =
  /^(client_encoding|fallback_application_name|keepalives(_\w+)?|tcp_user_timeout|max_protocol_version|sslcompression|krbsrvname|gsslib|gssdelegation)$/;

/** Where Debian's libpq looks for services of the whole system. */
const SYSTEM_FOLDER = '/etc/postgresql-common';

/** What is set for libpq: by a service, which wins, and by variables. */
export class LibpqParameters {
  readonly #sources: Sources;
  readonly #service: ReadonlyMap<string, ServiceKey>;
  readonly #serviceName: string | null;

  /** @throws SidecarError `config_invalid`, `config_unreadable`, `option_unsupported`, `service_missing` */
  constructor(sources: Sources) {
    this.#sources = sources;
    this.#serviceName = sources.variables['PGSERVICE'] ?? null;
    const { file, keys } = findService(sources, this.#serviceName);
    this.#service = keys;
    for (const [key, { value, line }] of this.#service) {
      if (key in VARIABLES || LEFT_ALONE.test(key)) continue;
      if (key in LIMITED) refuse(key, value, `${key} in line ${line} of '${file}'`);
      else {
        throw new SidecarError(
          'config_invalid',
          `Line ${line} of '${file}' sets '${key}', which libpq does not know there. Correct it, without spaces around '='.`,
        );
      }
    }
    for (const [key, { variable }] of Object.entries(LIMITED)) {
      const value = variable === null ? undefined : this.#sources.variables[variable];
      if (value !== undefined && !this.#service.has(key)) refuse(key, value, variable ?? key);
    }
  }

  get(parameter: LibpqParameter): string | undefined {
    const variable = VARIABLES[parameter];
    const value =
      this.#service.get(parameter)?.value ??
      (variable === null ? undefined : this.#sources.variables[variable]);
    return value === '' ? undefined : value;
  }

  /** Where the parameter was found: `service x`, or its variable. */
  origin(parameter: LibpqParameter): string {
    const variable = VARIABLES[parameter];
    return variable === null || this.#service.has(parameter) ? `service ${this.#serviceName}` : variable;
  }

  /**
   * What is set, as a value.
   *
   * @param otherwise the text that holds where nothing is set
   * @throws SidecarError `option_invalid`
   */
  value<Value>(parameter: LibpqParameter, type: ValueType<Value>, otherwise: string): Value {
    const given = { text: this.get(parameter) ?? otherwise, where: this.origin(parameter) };
    return readValue(type, { ...given, name: parameter, expand: (path) => this.#sources.expand(path) });
  }
}

function refuse(key: string, value: string, where: string): void {
  const limit = LIMITED[key];
  if (limit === undefined || limit.may.includes(value)) return;
  const instead = limit.may.length === 0 ? 'Leave it out' : `Leave it out, or give ${limit.may.join(' or ')}`;
  throw new SidecarError(
    'option_unsupported',
    `'${value}' of ${where} cannot be followed: ${limit.why}. ${instead}.`,
  );
}

/** In the user's file, or else in the system's. */
function findService(
  sources: Sources,
  service: string | null,
): { file: string; keys: ReadonlyMap<string, ServiceKey> } {
  if (service === null) return { file: '', keys: new Map() };
  const named = sources.variables['PGSERVICEFILE'];
  const own = sources.expand(named ?? '~/.pg_service.conf');
  const system = join(sources.expand(sources.variables['PGSYSCONFDIR'] ?? SYSTEM_FOLDER), 'pg_service.conf');
  for (const file of [own, system]) {
    if (!existsSync(file) && (named === undefined || file !== own)) continue;
    const keys = parseServiceFile(readTextFile(file), service, file);
    if (keys !== null) return { file, keys };
  }
  throw new SidecarError(
    'service_missing',
    `The service '${service}' of PGSERVICE stands neither in '${own}' nor in '${system}'. Add it, or name another.`,
  );
}
