import { quote } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { field } from '../lib/field.ts';
import { type ReadDeclares, readDeclares } from './declares.ts';

/** The version of the link that this sidecar speaks, and the oldest that it understands. */
export const LINK_VERSION = 1;
const OLDEST = 1;

/** How a worker presents itself. */
export interface Hello {
  readonly db: string;
  readonly worker: string;
  readonly release: string;
  /** A secret: never quoted. */
  readonly proof: Buffer;
  readonly declares: ReadDeclares;
}

/**
 * Names a hello.
 *
 * @throws SidecarError `link_version`, `link_protocol`
 */
export function readHello(given: Readonly<Record<string, unknown>>): Hello {
  const version = field(given, 'version');
  const release = textOf(given, 'release');
  if (typeof version !== 'number' || version < OLDEST) {
    throw new SidecarError(
      'link_version',
      `The Python worker (release ${quote(release)}) speaks version ${quote(version)} of the link, and this sidecar needs ${OLDEST} or later. The worker is older: update the addon web_socketio, and start the worker again.`,
    );
  }
  if (version > LINK_VERSION) {
    throw new SidecarError(
      'link_version',
      `The Python worker (release ${quote(release)}) speaks version ${version} of the link, and this sidecar knows ${LINK_VERSION}. The sidecar is older: upgrade it to the addon's release.`,
    );
  }
  const proof = textOf(given, 'proof');
  if (!/^[0-9a-f]{64}$/i.test(proof)) {
    throw new SidecarError(
      'link_protocol',
      'The hello of a worker has a proof that is not 64 hexadecimal digits.',
    );
  }
  return {
    db: textOf(given, 'db'),
    worker: textOf(given, 'worker'),
    release,
    proof: Buffer.from(proof, 'hex'),
    declares: readDeclares(field(given, 'declares')),
  };
}

function textOf(given: unknown, name: string): string {
  const text = field(given, name);
  if (typeof text === 'string' && text !== '' && text.length <= 200) return text;
  throw new SidecarError(
    'link_protocol',
    `The hello of a worker has no '${name}'. Run a worker of the sidecar's release.`,
  );
}
