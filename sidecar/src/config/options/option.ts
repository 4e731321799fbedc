import type { ErrorCode } from '../../api/error-codes/catalogue.ts';
import type { PostgresOptions } from '../../postgres/connect/postgres-options.ts';
import type { OdooConf } from '../files/odoo-conf.ts';
import type { LibpqParameter } from '../libpq/parameter-variables.ts';
import type { ValueType } from '../values/value-type.ts';

/** A row of the table of options: all that there is to say of one. */
export interface Option<Value> extends OptionRow<Value> {
  /** Made of the name: `WEB_SOCKETIO_MAX_CURSOR` of `max-cursor`. */
  readonly variable: string;
}

export interface OptionRow<Value> {
  /** As its flag is called, or would be. */
  readonly name: string;
  /** As commander takes it: `-p, --port <number>`. Without it only the variable sets the option. */
  readonly flag?: string;
  /** Keys of Odoo's configuration file; the first that is there counts. */
  readonly conf?: readonly string[];
  /** The variable that names a file with the value. */
  readonly file?: string;
  /** What Odoo's configuration file says, where that is more than the text of a key. */
  derive?(found: FoundConf): Derived | undefined;
  /** The parameter of libpq that holds where nothing else is given. */
  readonly libpq?: LibpqParameter;
  /** What the parameter of libpq is as a text of this option. As it is, unless given. */
  fromLibpq?(text: string): string;
  /** The text that holds where nothing is given; empty for none. */
  readonly default: string;
  readonly type: ValueType<Value>;
  /** Its value is shown nowhere, and taken with the quotes and spaces around it. */
  readonly secret?: boolean;
  /** What holds, where PostgreSQL and libpq say more than the text: `--check-config` shows it. */
  showIn?(postgres: PostgresOptions): string;
  /** A line of the help, without the default: 80 characters have to hold both, and the name. */
  readonly help: string;
  /** Of a limit: the code of the error, or of the log line, when it is reached. */
  readonly code?: ErrorCode;
}

/** Odoo's configuration file, as far as options are derived from it. */
export interface FoundConf {
  readonly conf: OdooConf;
  /** Its path; null if there is none. */
  readonly configFile: string | null;
}

export interface Derived {
  readonly text: string;
  /** Why, for `--check-config`. */
  readonly note?: string;
}

/** Options by the names that the code has for them. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values of a table's options. */
export type Values<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

export function option<Value>(row: OptionRow<Value>): Option<Value> {
  return { ...row, variable: `WEB_SOCKETIO_${row.name.toUpperCase().replaceAll('-', '_')}` };
}
