import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { reason } from './api/error.ts';
import { ERROR_CODES } from './api/error-codes/catalogue.ts';
import { describeProblem, type Problem } from './api/problem.ts';
import { SidecarError } from './api/sidecar-error.ts';
import { doAddonTask } from './cli/addon-task.ts';
import { checkConfig } from './cli/config-check.ts';
import { configReport } from './cli/config-report.ts';
import { seeDoctor } from './cli/doctor-task.ts';
import { END_SIGNALS, Shutdown } from './cli/shutdown.ts';
import { planTop, type TopPlan } from './cli/top-task.ts';
import { describeServiceLinks } from './config/environment/service-link.ts';
import { findUnknownVariables } from './config/environment/unknown-variables.ts';
import { parseFlags } from './config/flags.ts';
import { OptionReader } from './config/option-reader.ts';
import { SERVER } from './config/options/server-options.ts';
import { readSettings, type Settings } from './config/settings.ts';
import { Sources } from './config/sources.ts';
import { LineLog } from './observability/line-log.ts';
import { Watchdog } from './observability/watchdog/watchdog.ts';
import { Sidecar } from './sidecar.ts';

const PACKAGE = new URL('../../', import.meta.url);

const write = (line: string) => void process.stderr.write(line);
let log = new LineLog(write, process.pid);

const { version: VERSION }: { version: string } = JSON.parse(
  readFileSync(new URL('package.json', PACKAGE), 'utf8'),
);

async function main(): Promise<void> {
  const flags = parseFlags(process.argv.slice(2), VERSION);
  if ('answer' in flags) {
    process.stdout.write(`${flags.answer}\n`);
    return;
  }
  if (flags.task !== undefined) {
    const types = fileURLToPath(new URL('sidecar/dist/types', PACKAGE));
    const lines = await doAddonTask(flags.task, { cwd: process.cwd(), types });
    process.stdout.write(`${lines.join('\n')}\n`);
    return;
  }
  const sources = new Sources({
    ...{ flags, env: process.env, cwd: process.cwd(), home: homeFolder() },
    abstractSockets: Number.parseInt(process.versions.node, 10) >= 22,
  });
  const reader = new OptionReader(sources);
  // Before the others, so that their errors have that form, too.
  log = new LineLog(write, process.pid, reader.value(SERVER.logFormat), reader.value(SERVER.logLevel));
  if (flags.doctor !== undefined) {
    const { report, problems } = await seeDoctor(flags.doctor, reader, write);
    process.stdout.write(report);
    // What it asked may not have answered, and would keep the process alive.
    process.exit(problems === 0 ? 0 : 1);
  }
  if (flags.top !== undefined) return showTop(planTop(flags.top, reader));
  for (const link of describeServiceLinks(sources.serviceLinks)) log.warn(null, link);
  const settings = readSettings(reader);
  // The addons that come with this package, unless Odoo's own path holds them.
  const addonsPath = [...settings.addonsPath, fileURLToPath(new URL('addon', PACKAGE))];
  const unknown = findUnknownVariables(Object.keys(sources.variables));
  if (flags.checkConfig !== true) return run({ ...settings, addonsPath }, unknown);
  const facts = await checkConfig({ ...settings, addonsPath });
  const problems = [...unknown.map(describeProblem), ...facts.problems];
  process.stdout.write(`${configReport(settings, reader, { ...facts, problems })}\n`);
  // Server modules were loaded, and may have left timers or connections open.
  process.exit(problems.length === 0 ? 0 : 1);
}

/** Users of containers and services may have a number and nothing else: for them, as for systemd, it is the root folder. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/** It is a program of its own, of which a sidecar loads nothing. Its sources run where nothing was built. */
async function showTop(plan: TopPlan): Promise<void> {
  const built = new URL('top.js', import.meta.url);
  const { top }: typeof import('./top/top.ts') = await import(
    (existsSync(built) ? built : new URL('top/top.ts', import.meta.url)).href
  );
  const controller = new AbortController();
  for (const signal of END_SIGNALS) process.on(signal, () => controller.abort());
  const { stdin: input, stdout: output } = process;
  const problem = await top({ ...plan, input, output, signal: controller.signal });
  if (problem !== null) log.error(null, problem);
  process.exit(problem === null ? 0 : (ERROR_CODES[problem.code].exitCode ?? 2));
}

/** It needs a file of its own, which the build makes: there is none when the sources run directly. */
function openWatchdog({ limits: { blockedMs }, logFormat, logLevel }: Settings): Watchdog | null {
  const file = new URL('watchdog.js', import.meta.url);
  if (blockedMs === 0 || !existsSync(file)) return null;
  return new Watchdog({
    ...{ file, blockedMs, logFormat, logLevel, pid: process.pid },
    current: () => Sidecar.currentHandler(),
    failed: (error, retryMs) =>
      log.warn(
        null,
        { code: 'watchdog_failed', message: error.message },
        {
          next: `Nobody looks for handlers that block until it is started again, in ${(retryMs / 1_000).toFixed(1)} s.`,
        },
      ),
  });
}

async function run(settings: Settings, warnings: readonly Problem[]): Promise<void> {
  const sidecar = new Sidecar(settings, log, VERSION);
  const watchdog = openWatchdog(settings);
  const shutdown = new Shutdown({
    drainSeconds: settings.drainSeconds,
    log,
    stop: () => Promise.all([sidecar.stop(), watchdog?.stop()]),
    left: () => process.getActiveResourcesInfo(),
    exit: (code) => process.exit(code),
  });
  for (const signal of END_SIGNALS) process.on(signal, () => shutdown.receive(signal));
  // Code of addons runs here: what one of them forgot to catch must not end everybody's sockets.
  process.on('unhandledRejection', (error) => {
    const stack = error instanceof Error ? error.stack : undefined;
    log.error(null, { code: 'unhandled_rejection', message: reason(error) }, { stack });
  });
  for (const warning of warnings) log.warn(null, warning);
  try {
    watchdog?.start();
    await sidecar.start();
  } catch (error) {
    await sidecar.stop();
    throw error;
  }
}

// By itself V8 looks for garbage when four times of what lives has come together, and messages of a long queue live just
// long enough for that: 35 MB of them went through in 285 MB, and in 177 MB so.
setFlagsFromString('--heap-growing-percent=40');
process.setSourceMapsEnabled(true);
try {
  await main();
} catch (error) {
  if (!(error instanceof SidecarError)) throw error;
  log.error(null, error);
  // At once: what server modules left open would keep the process alive for ever.
  process.exit(ERROR_CODES[error.code].exitCode ?? 2);
}
