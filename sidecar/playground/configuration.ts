import type { Places } from '../src/config/sources.ts';
import { Sources } from '../src/config/sources.ts';

/** What asks for an answer and not for a server. */
const QUESTIONS = /^(?:-h|--help|--version|--check-config|init|build)$/;

/** What was found of a configuration. */
export interface Configuration {
  /** In a few words each, such as `-d` or `WEB_SOCKETIO_DATABASE`; empty if nothing is configured. */
  readonly by: readonly string[];
  /** The command line asks for an answer: nothing else is to be said. */
  readonly isQuestion: boolean;
}

/**
 * Looks wherever the sidecar would: the command line, the environment and `.env`, Odoo's configuration file.
 *
 * @throws SocketIOError `config_unreadable`, `config_invalid`
 */
export function findConfiguration(argv: readonly string[], places: Omit<Places, 'flags'>): Configuration {
  const sources = new Sources({ ...places, flags: {} });
  const flags = argv.filter((arg) => arg.startsWith('-')).map((arg) => arg.replace(/=.*/, ''));
  const variables = Object.keys(sources.variables).filter((name) => name.startsWith('WEB_SOCKETIO_'));
  const file = sources.configFile === null ? [] : [sources.configFile];
  const given = argv.length > 0 && flags.length === 0 ? argv.slice(0, 1) : flags;
  return { by: [...given, ...variables, ...file], isQuestion: argv.some((arg) => QUESTIONS.test(arg)) };
}
