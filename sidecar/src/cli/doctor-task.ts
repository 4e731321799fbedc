import { quote } from '../api/error.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import type { DoctorTask } from '../config/flags.ts';
import type { OptionReader } from '../config/option-reader.ts';
import { SERVER } from '../config/options/server-options.ts';
import { readSettings } from '../config/settings.ts';
import { count } from '../doctor/diagnosis.ts';
import { diagnose } from '../doctor/doctor.ts';
import { addressOf, type Place } from '../doctor/inside/process.ts';
import { isSidecarItself } from '../doctor/outside/sidecar-itself.ts';
import { jsonReport, textReport } from '../doctor/report.ts';

const NOTHING_ASKED =
  'The doctor was given no address. Give the one that browsers open: web_socketio doctor https://erp.example.com. To look from inside as well, name a database with -d. See web_socketio doctor --help.';

/** What was found, to be printed. */
export interface DoctorAnswer {
  readonly report: string;
  readonly problems: number;
}

/**
 * Runs `web_socketio doctor`.
 *
 * @param tell where progress goes, a line at a time
 * @throws SidecarError `option_invalid` for an address that is none or that of the sidecar, and if there is nothing to look
 * at; and what `readSettings` throws
 */
export async function seeDoctor(
  { url, json }: DoctorTask,
  reader: OptionReader,
  tell: (line: string) => void,
): Promise<DoctorAnswer> {
  const options = {
    url: url === null ? null : readUrl(url),
    ...{ inside: readInside(reader, url !== null), place: readPlace(reader) },
  };
  const controller = new AbortController();
  if (options.url !== null && (await isSidecarItself(options.url, controller.signal))) {
    throw new SidecarError(
      'option_invalid',
      `${quote(url)} is the sidecar itself: give the address that browsers open, such as https://erp.example.com.`,
    );
  }
  const progress = (text: string) => tell(`${text}\n`);
  const diagnosis = await diagnose({ ...options, signal: controller.signal, progress });
  controller.abort();
  return {
    report: json ? jsonReport(diagnosis) : textReport(diagnosis),
    problems: count(diagnosis, 'problem'),
  };
}

/** Null where no database is named and there is an address to look at: somebody who has no access to the server asks so. */
function readInside(reader: OptionReader, hasUrl: boolean) {
  try {
    return { settings: readSettings(reader), conf: reader.sources.conf };
  } catch (error) {
    if (!(error instanceof SidecarError && error.code === 'database_unnamed')) throw error;
    if (hasUrl) return null;
    throw new SidecarError('option_invalid', NOTHING_ASKED, { cause: error });
  }
}

/** Also without a database: whoever names the port wants the lines for the proxy with it. */
function readPlace(reader: OptionReader): Place {
  const [host, port] = [reader.value(SERVER.interface), reader.value(SERVER.port)];
  const given = [SERVER.interface, SERVER.port].some((option) => reader.text(option) !== undefined);
  // Of port 0, which is any free one, nobody knows which it was.
  return { address: addressOf(host, port), isGiven: given && port !== 0 };
}

function readUrl(text: string): URL {
  // Not quoted: what is wrong goes into logs, and what is found into tickets.
  if (text.includes('@')) {
    throw new SidecarError(
      'option_invalid',
      'The doctor logs in nowhere. Give the address without a name or a password before an @, such as https://erp.example.com.',
    );
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new SidecarError(
    'option_invalid',
    `${quote(text)} is not the address of an Odoo. Give the one that users type in, such as https://erp.example.com.`,
  );
}
