import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isServiceLink } from './environment/service-link.ts';
import { readVariables } from './environment/variables.ts';
import { parseDotenv } from './files/dotenv-file.ts';
import { type OdooConf, parseOdooConf } from './files/odoo-conf.ts';
import { readTextFile } from './files/text-file.ts';
import type { Flags } from './flags.ts';
import type { Option } from './options/option.ts';
import { SERVER } from './options/server-options.ts';

/** Where settings are looked for. */
export interface Places {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where `.env` is looked for, and what relative paths start from. */
  readonly cwd: string;
  readonly home: string;
  /** Whether Node reaches Unix sockets in Linux' abstract namespace by their names: up to version 20 it fills them up. */
  readonly abstractSockets?: boolean;
}

/** Where OpenERP and Odoo, their packages included, keep their configuration. */
export const USUAL_FILES = [
  '~/.odoorc',
  '~/.openerp_serverrc',
  '/etc/odoo/odoo.conf',
  '/etc/odoo.conf',
  '/etc/openerp/openerp-server.conf',
  '/etc/openerp-server.conf',
];

/** A text that was given for an option. */
export interface Given {
  readonly text: string;
  /** Where it was found, as `--check-config` says it: `--port`, `environment`, `.env`, `odoo.conf: db_name`, `PGPORT`. */
  readonly origin: string;
  /** The same as messages say it: `WEB_SOCKETIO_PORT`, `db_name of odoo.conf`. */
  readonly where: string;
}

/** What was given to the sidecar, still as text: flags, variables, and the Odoo configuration file. */
export class Sources {
  readonly flags: Flags;
  /** See {@link Places}. */
  readonly abstractSockets: boolean;
  /** The environment without service links, and what `.env` adds to it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables of the environment that tell of a Service, and set nothing. */
  readonly serviceLinks: Readonly<Record<string, string>>;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #places: Places;
  #file: { readonly path: string | null; readonly conf: OdooConf } | null = null;

  /** @throws SidecarError `config_unreadable`, `config_invalid` for `.env`; `option_invalid` for a value in quotes */
  constructor(places: Places) {
    this.#places = places;
    this.flags = places.flags;
    this.abstractSockets = places.abstractSockets ?? true;
    const given = Object.entries(readVariables(places.env));
    this.#environment = Object.fromEntries(given.filter(([name, value]) => !isServiceLink(name, value)));
    this.serviceLinks = Object.fromEntries(given.filter(([name, value]) => isServiceLink(name, value)));
    this.variables = { ...readDotenv(join(places.cwd, '.env')), ...this.#environment };
  }

  /**
   * What the Odoo configuration file says. Read when it is first asked for: what the other sources say holds for the
   * error, too.
   *
   * @throws SidecarError `config_unreadable`, `config_invalid`
   */
  get conf(): OdooConf {
    return this.#read().conf;
  }

  /** The Odoo configuration file; null if there is none. Errors are those of `conf`. */
  get configFile(): string | null {
    return this.#read().path;
  }

  /**
   * The text of the file that a variable names, without the line break at its end: editors and `echo` write one. All else
   * counts, spaces at either end as well. Undefined if the variable is not set or the file is empty.
   *
   * @throws SidecarError `config_unreadable`, `config_invalid`
   */
  textOf(variable: string): string | undefined {
    const path = this.variables[variable];
    if (path === undefined) return undefined;
    const text = readTextFile(this.expand(path)).replace(/\r?\n$/, '');
    return text === '' ? undefined : text;
  }

  /** An absolute path: `~` is the home folder, and the rest starts from the current one. */
  expand(path: string): string {
    return resolve(this.#places.cwd, path.replace(/^~(?=\/|$)/, this.#places.home));
  }

  /** What the command line, the environment or `.env` says of an option. */
  given({ name, variable }: Option<unknown>): Given | undefined {
    const flag = this.flags.options?.[name];
    if (flag !== undefined) return { text: flag, origin: `--${name}`, where: `--${name}` };
    const text = this.variables[variable];
    if (text === undefined) return undefined;
    const origin = this.#environment[variable] === undefined ? '.env' : 'environment';
    return { text, origin, where: variable };
  }

  #read(): { readonly path: string | null; readonly conf: OdooConf } {
    if (this.#file === null) {
      const named = this.given(SERVER.configFile)?.text;
      const usual = () => USUAL_FILES.map((path) => this.expand(path)).find((path) => existsSync(path));
      const path = named === undefined ? (usual() ?? null) : this.expand(named);
      this.#file = {
        path,
        conf: path === null ? new Map() : parseOdooConf(readTextFile(path, 'latin1'), path),
      };
    }
    return this.#file;
  }
}

function readDotenv(file: string): Record<string, string> {
  // A folder of this name is Python's habit for a virtual environment.
  if (!existsSync(file) || statSync(file).isDirectory()) return {};
  return readVariables(parseDotenv(readTextFile(file), file));
}
