import { Command, CommanderError, Option as Flag } from 'commander';
import { SidecarError } from '../api/sidecar-error.ts';
import { OPTIONS } from './options/options.ts';

/** What was given on the command line. */
export interface Flags {
  /** The texts of options by their names, such as `max-cursor`. */
  readonly options?: Readonly<Record<string, string>>;
  readonly checkConfig?: boolean;
  readonly dev?: boolean;
  /** What to do instead of serving. */
  readonly task?: AddonTask;
  /** Look for what is wrong, instead of serving. */
  readonly doctor?: DoctorTask;
  /** Show a running sidecar, instead of serving. */
  readonly top?: TopTask;
}

/** What to look at besides the settings. */
export interface DoctorTask {
  /** Under which users reach Odoo, as it was given; null if it was not. */
  readonly url: string | null;
  readonly json: boolean;
}

/** Which sidecar to show. */
export interface TopTask {
  /** Where it is, as it was given; null if it was not. */
  readonly url: string | null;
  /** Seconds between two looks, as they were given. */
  readonly interval: string;
  /** Ends after the first look. */
  readonly once: boolean;
}

/** Something to do with an addon's folder. */
export interface AddonTask {
  readonly name: 'build' | 'init';
  /** As it was given: it may be relative. */
  readonly folder: string;
}

/** The command line asked for a text instead of a server: help, or the version. */
export interface Answer {
  readonly answer: string;
}

const HELP_WIDTH = 80;
const ORDER = `Options win over variables, those of the environment over those of a file .env,
those over the configuration file. Exit code: 0 ended as asked, 1 did not end in
time, or --check-config found something wrong, 2 cannot run with these options.`;

const DOCTOR_HELP = `
Examples:
  web_socketio doctor https://erp.example.com
  web_socketio doctor https://erp.example.com -c /etc/odoo/odoo.conf -d mydb

With the address that browsers open it looks from outside, as a browser does;
with a database from inside, too. Of the options of web_socketio it takes
  -c, --config <file>        configuration file of OpenERP or Odoo
  -d, --database <names>     databases to look at
  -i, --interface <address>  address of the sidecar
  -p, --port <number>        port of the sidecar
and the variables and files in which they are found otherwise.

Exit code: 0 no problem, 1 a problem, 2 cannot be asked like this.`;

/**
 * Reads the command line.
 *
 * @param argv without the program's own name
 * @throws SidecarError `option_unknown`, `option_invalid`
 */
export function parseFlags(argv: readonly string[], version: string): Flags | Answer {
  let said = '';
  let task: AddonTask | undefined;
  let doctor: DoctorTask | undefined;
  let top: TopTask | undefined;
  const command = new Command('web_socketio')
    .description('The Socket.IO server beside OpenERP and Odoo.')
    .helpOption('-h, --help', 'show this')
    .configureHelp({ helpWidth: HELP_WIDTH })
    .addHelpText('after', `\n${variablesHelp()}\n\n${ORDER}`)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        said += text;
      },
      writeErr: () => undefined,
    });
  const flags = new Map<string, Flag>();
  for (const { name, flag, help, default: text } of OPTIONS) {
    if (flag !== undefined) flags.set(name, new Flag(flag, text === '' ? help : `${help}, default ${text}`));
  }
  for (const flag of flags.values()) command.addOption(flag);
  command
    .option('--dev', 'load server modules again when they change')
    .option('--check-config', 'say what would run and what is wrong, then end')
    .version(`web_socketio ${version}`, '--version', 'show the version');
  command.action(() => undefined);
  command
    .command('init <addon>')
    .description('write an example of a server module, with its types')
    .action((folder: string) => {
      task = { name: 'init', folder };
    });
  command
    .command('build <addon>')
    .description('compile the server module of an addon')
    .action((folder: string) => {
      task = { name: 'build', folder };
    });
  command
    .command('doctor [url]')
    .description('find out why pages do not connect, or get nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', DOCTOR_HELP)
    .action((url: string | undefined, { json = false }: { json?: boolean }) => {
      doctor = { url: url ?? null, json };
    });
  command
    .command('top [url]')
    .description('show what a running sidecar does')
    .option('--interval <seconds>', 'between two looks', '2')
    .option('--once', 'look twice, print what was seen, then end')
    .action((url: string | undefined, { interval, once = false }: { interval: string; once?: boolean }) => {
      top = { url: url ?? null, interval, once };
    });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { answer: said.trimEnd() };
    const code = error.code === 'commander.unknownOption' ? 'option_unknown' : 'option_invalid';
    throw new SidecarError(code, `${error.message.replace(/^error: /, '')}. See web_socketio --help.`);
  }
  const { dev = false, checkConfig = false, ...given } = command.opts();
  const options: Record<string, string> = {};
  for (const [name, flag] of flags) {
    const text: unknown = given[flag.attributeName()];
    if (typeof text === 'string') options[name] = text;
  }
  return {
    options,
    dev: dev === true,
    checkConfig: checkConfig === true,
    ...(task && { task }),
    ...(doctor && { doctor }),
    ...(top && { top }),
  };
}

/** The options that only variables set, one a line. */
function variablesHelp(): string {
  const lines = OPTIONS.filter(({ flag }) => flag === undefined).map(
    ({ variable, help, default: text }) =>
      `  ${variable.padEnd(28)}  ${text === '' ? help : `${help} (${text})`}`,
  );
  const first =
    'Each option has a variable, such as WEB_SOCKETIO_MAX_CURSOR for --max-cursor.\nThese have no option; defaults are in parentheses:';
  return [first, ...lines].join('\n');
}
