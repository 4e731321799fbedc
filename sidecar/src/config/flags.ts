import { Command, CommanderError } from 'commander';
import { SocketIOError } from '../api/error.ts';

/** What was given on the command line, as text. */
export interface Flags {
  readonly database?: string;
  readonly interface?: string;
  readonly port?: string;
  readonly config?: string;
  readonly openerpUrl?: string;
  readonly maxCursor?: string;
}

/** The command line asked for a text instead of a server: help, or the version. */
export interface Answer {
  readonly answer: string;
}

/**
 * Reads the command line.
 *
 * @param argv without the program's own name
 * @throws SocketIOError `option_unknown`, `option_invalid`
 */
export function parseFlags(argv: readonly string[], version: string): Flags | Answer {
  let said = '';
  const command = new Command('web_socketio')
    .description('The Socket.IO server beside OpenERP and Odoo.')
    .version(`web_socketio ${version}`, '--version')
    .option('-d, --database <names>', 'databases to serve, separated by commas (WEB_SOCKETIO_DATABASE)')
    .option('-i, --interface <address>', 'address to listen on, default 127.0.0.1 (WEB_SOCKETIO_INTERFACE)')
    .option('-p, --port <number>', 'port to listen on, default 8068 (WEB_SOCKETIO_PORT)')
    .option(
      '--max-cursor <number>',
      'model calls of one database at a time, default 8 (WEB_SOCKETIO_MAX_CURSOR)',
    )
    .option('-c, --config <file>', 'configuration file of OpenERP or Odoo (WEB_SOCKETIO_CONFIG)')
    .option(
      '--openerp-url <url>',
      'where OpenERP answers, default http://127.0.0.1:8069 (WEB_SOCKETIO_OPENERP_URL)',
    )
    .addHelpText(
      'after',
      '\nWEB_SOCKETIO_DB_HOST, _DB_PORT, _DB_USER and _DB_PASSWORD say how to reach PostgreSQL; without them the\nconfiguration file does. Options win over the environment, that over .env, that over the configuration file.',
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        said += text;
      },
      writeErr: () => undefined,
    });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { answer: said.trimEnd() };
    const code = error.code === 'commander.unknownOption' ? 'option_unknown' : 'option_invalid';
    throw new SocketIOError(code, `${error.message.replace(/^error: /, '')}. See web_socketio --help.`);
  }
  return command.opts<Flags>();
}
