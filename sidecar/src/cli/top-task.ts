import { quote } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import type { TopTask } from '../config/flags.ts';
import type { OptionReader } from '../config/option-reader.ts';
import { SERVER } from '../config/options/server-options.ts';

/** Shorter would be no easier to read; longer, and nobody would know whether it goes on. */
const INTERVALS = { least: 0.5, most: 3_600 };
/** Where somebody listens who listens everywhere. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::', '']);

/** What to show, and how often. */
export interface TopPlan {
  readonly url: URL;
  readonly intervalMs: number;
  readonly once: boolean;
}

/**
 * Reads what `web_socketio top` was asked: without an address it is that of the sidecar with these options.
 *
 * @throws SidecarError `option_invalid`
 */
export function planTop({ url, interval, once }: TopTask, reader: OptionReader): TopPlan {
  const seconds = Number(interval);
  if (!(seconds >= INTERVALS.least && seconds <= INTERVALS.most)) {
    throw new SidecarError(
      'option_invalid',
      `Invalid interval ${quote(interval)}. Give seconds from ${INTERVALS.least} to ${INTERVALS.most}.`,
    );
  }
  return { url: url === null ? ownUrl(reader) : readUrl(url), intervalMs: seconds * 1_000, once };
}

function ownUrl(reader: OptionReader): URL {
  const host = reader.value(SERVER.interface);
  const address = EVERYWHERE.has(host) ? '127.0.0.1' : host;
  return new URL(`http://${address.includes(':') ? `[${address}]` : address}:${reader.value(SERVER.port)}`);
}

function readUrl(text: string): URL {
  // Not quoted: what is wrong goes into logs.
  if (text.includes('@')) {
    throw new SidecarError(
      'option_invalid',
      'A sidecar asks for no password. Give its address without a name or a password before an @, such as http://127.0.0.1:8068.',
    );
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new SidecarError(
    'option_invalid',
    `${quote(text)} is not the address of a sidecar. Give the one where it listens, such as http://127.0.0.1:8068.`,
  );
}
