import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SocketIOError } from './api/error.ts';
import { parseFlags } from './config/flags.ts';
import { LineLog } from './config/line-log.ts';
import { readSettings, type Settings } from './config/settings.ts';
import { Sidecar } from './sidecar.ts';

/** What does not end in that time after the pages were sent away, is ended. */
const STOP_MS = 15_000;
/** How long what is left open after the end may go on. */
const LEFT_OPEN_MS = 1_000;
const PACKAGE = new URL('../../', import.meta.url);

const log = new LineLog((line) => void process.stderr.write(line), process.pid);

function configure(): Settings | null {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'));
  const flags = parseFlags(process.argv.slice(2), version);
  if ('answer' in flags) {
    process.stdout.write(`${flags.answer}\n`);
    return null;
  }
  const settings = readSettings({ flags, env: process.env, cwd: process.cwd(), home: homedir() });
  // The addons that come with this package, unless OpenERP's own path holds them.
  return { ...settings, addonsPath: [...settings.addonsPath, fileURLToPath(new URL('addon', PACKAGE))] };
}

/** Timers and connections of server modules keep the process alive, and nobody else closes them. */
function endAnyway(): void {
  const left = [...new Set(process.getActiveResourcesInfo())].join(', ');
  log.warn(null, `left_open: Something was not closed (${left}). The process ends all the same.`);
  process.exit(0);
}

async function run(settings: Settings): Promise<void> {
  const sidecar = new Sidecar(settings, log);
  const stop = () => {
    const limitMs = settings.drainSeconds * 1000 + STOP_MS;
    setTimeout(() => {
      log.error(null, `stop_timeout: Not everything ended within ${limitMs / 1000} s. The process ends now.`);
      process.exit(1);
    }, limitMs).unref();
    void sidecar.stop().then(() => setTimeout(endAnyway, LEFT_OPEN_MS).unref());
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Code of addons runs here: what one of them forgot to catch must not end everybody's sockets.
  process.on('unhandledRejection', (error) => {
    log.error(null, `unhandled_rejection: ${error instanceof Error ? error.stack : String(error)}`);
  });
  try {
    await sidecar.start();
  } catch (error) {
    await sidecar.stop();
    throw error;
  }
}

process.setSourceMapsEnabled(true);
try {
  const settings = configure();
  if (settings !== null) await run(settings);
} catch (error) {
  if (!(error instanceof SocketIOError)) throw error;
  log.error(null, `${error.code}: ${error.message}`);
  process.exitCode = 2;
}
