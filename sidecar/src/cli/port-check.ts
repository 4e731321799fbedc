import { request } from 'node:http';
import { SidecarError } from '../api/sidecar-error.ts';
import { tryToListen } from '../socketio/http/listening.ts';

/** How long the program on the port may take to identify itself. */
const ANSWER_MS = 3_000;
/** More than any list of databases: a longer answer does not come from a sidecar. */
const MOST_BYTES = 1_000_000;
/** A program that listens on every interface is asked over the loopback interface. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Whether a sidecar could listen where it is told to. */
export interface PortFacts {
  /** Such as `free`. */
  readonly state: string;
  /** Null if there is none. */
  readonly problem: SidecarError | null;
}

/** Where to listen, and for which databases. */
export interface PortQuestion {
  readonly interface: string;
  readonly port: number;
  readonly databases: readonly string[];
}

/**
 * Tries the port. A sidecar for one of the same databases may have it: people check a changed configuration beside the
 * sidecar that runs, and stop that one before the next start. Takes a few seconds at most, and never throws.
 */
export async function checkPort({ interface: host, port, databases }: PortQuestion): Promise<PortFacts> {
  try {
    await tryToListen(host, port);
    return { state: 'free', problem: null };
  } catch (error) {
    if (!(error instanceof SidecarError)) throw error;
    const theirs = await askSidecar(LOOPBACK[host] ?? host, port);
    if (theirs === null) return { state: 'cannot be used', problem: error };
    const names = theirs.join(', ');
    if (theirs.some((name) => databases.includes(name))) {
      return { state: `a sidecar for ${names} runs there: stop it before the next start`, problem: null };
    }
    return {
      state: 'taken by another sidecar',
      problem: new SidecarError(
        'port_unusable',
        `Cannot listen on ${host}:${port}: a sidecar for ${names} runs there. Choose another port with -p, or name all databases for one sidecar with -d.`,
      ),
    };
  }
}

/** @returns its databases; null if another program answers */
async function askSidecar(host: string, port: number): Promise<string[] | null> {
  try {
    return readDatabases(JSON.parse(await get(host, port)));
  } catch {
    // It does not speak HTTP, or says something else: it is not a sidecar.
    return null;
  }
}

function get(host: string, port: number): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  return new Promise((resolve, reject) => {
    request({ host, port, path: '/readyz', signal, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('error', reject);
      response.on('data', (part: string) => {
        text += part;
        if (text.length > MOST_BYTES) response.destroy(new Error('Too long for a sidecar.'));
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}

/** By what every release of the sidecar says of itself: it may be an older one that is about to be replaced. */
function readDatabases(answer: unknown): string[] | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if (!('status' in answer && 'databases' in answer && 'problems' in answer)) return null;
  const { status, databases, problems } = answer;
  if (status !== 'ready' && status !== 'not_ready') return null;
  if (typeof databases !== 'object' || databases === null || !Array.isArray(problems)) return null;
  return Object.keys(databases);
}
