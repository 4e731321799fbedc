import { homedir } from 'node:os';
import { SocketIOError } from '../src/api/error.ts';
import { findConfiguration } from './configuration.ts';
import { Playground } from './playground.ts';
import { Problem } from './problem.ts';
import { runSidecarAlone } from './processes/sidecar-alone.ts';

/** Ctrl-C arrives twice where npm's shell is bash: from the terminal, and from npm. */
const SAME_MOMENT_MS = 500;

/** What `npm run playground` gives: whatever is configured. */
const FORCED = '--playground';

const HELP = `npm run playground: PostgreSQL, a stand-in for Odoo and the real sidecar, with a
page for two users. It takes no options, and says where the page is. Data stay in the
folder .playground; Ctrl-C ends all of it.

npm start does the same where nothing is configured, and else starts the sidecar alone:
npm start -- --help shows the options of that.
`;

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv[0] === FORCED) return await play(argv.slice(1));
  const places = { env: process.env, cwd: process.cwd(), home: homeFolder() };
  const { by, isQuestion } = findConfiguration(argv, places);
  if (by.length === 0) return await runPlayground();
  if (!isQuestion) {
    say(`Configured by ${listed(by)}: starting the sidecar alone. For the playground: npm run playground`);
  }
  return await runSidecarAlone(argv);
}

/** @param argv what follows `npm run playground --` */
async function play([first]: readonly string[]): Promise<number> {
  if (first === undefined) return await runPlayground();
  if (/^(?:-h|--help)$/.test(first)) {
    process.stdout.write(HELP);
    return 0;
  }
  throw new Problem(
    `The playground takes no options, and was given '${first}'. For the sidecar alone: npm start -- ${first}`,
  );
}

/** @returns the exit code, when it has been stopped */
async function runPlayground(): Promise<number> {
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const playground = new Playground({
    problem: say,
    broken: (line) => {
      say(line);
      end(1);
    },
  });
  let signalledAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signalledAt ??= performance.now();
      // What does not end goes with this process.
      if (performance.now() - signalledAt > SAME_MOMENT_MS) process.exit(1);
      end(0);
    });
  }
  const started = playground.start().then((screen) => {
    if (signalledAt === undefined) process.stdout.write(screen);
    return ended;
  });
  try {
    return await Promise.race([started, ended]);
  } finally {
    await playground.stop();
  }
}

/** Users of containers may have a number and nothing else. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

// A terminal that is gone must not be the end in the middle of something: SIGHUP tells.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof Problem || error instanceof SocketIOError)) throw error;
  say(error.message);
  process.exit(2);
}
