import { basename } from 'node:path';
import type { SidecarError } from '../api/sidecar-error.ts';
import type { PostgresOptions } from '../postgres/connect/postgres-options.ts';
import { LibpqParameters } from './libpq/libpq-parameters.ts';
import type { Option, OptionTable, Values } from './options/option.ts';
import type { Given, Sources } from './sources.ts';
import { invalidText, readValue } from './values/value-type.ts';

/** What holds for each option, and where it was found: flags, variables, files, Odoo's configuration, libpq, the default. */
export class OptionReader {
  readonly sources: Sources;
  #libpq: LibpqParameters | null = null;

  constructor(sources: Sources) {
    this.sources = sources;
  }

  /**
   * What is set for libpq. Read when it is first asked for: what the other sources say holds for the error, too.
   *
   * @throws SidecarError `config_invalid`, `config_unreadable`, `option_unsupported`, `service_missing`
   */
  get libpq(): LibpqParameters {
    this.#libpq ??= new LibpqParameters(this.sources);
    return this.#libpq;
  }

  /** The text that was given; undefined if there is none, and the default holds. */
  text(option: Option<unknown>): string | undefined {
    return this.#find(option)?.text;
  }

  /** @throws SidecarError `option_invalid`, and those of `sources.conf` and `libpq` */
  value<Value>(option: Option<Value>): Value {
    const { text, where } = this.#find(option) ?? { text: option.default, where: 'the defaults' };
    const expand = (path: string) => this.sources.expand(path);
    return readValue(option.type, { name: option.name, text, where, expand });
  }

  /** The values of all options of a table. Errors are those of `value`. */
  values<Table extends OptionTable>(table: Table): Values<Table>;
  values(table: OptionTable): Record<string, unknown> {
    return Object.fromEntries(Object.entries(table).map(([name, option]) => [name, this.value(option)]));
  }

  /** Where an option was found, in a few words: `--port`, `environment`, `.env`, `odoo.conf: db_name`, `default`. */
  origin(option: Option<unknown>): string {
    return this.#find(option)?.origin ?? 'default';
  }

  /** What holds, for `--check-config`. Never a password. Errors are those of `value`. */
  show(option: Option<unknown>, postgres: PostgresOptions): string {
    if (option.secret === true) return this.text(option) === undefined ? 'not set' : 'set';
    if (option.showIn !== undefined) return option.showIn(postgres);
    const note = this.sources.given(option) === undefined ? option.derive?.(this.sources)?.note : undefined;
    return `${option.type.show(this.value(option))}${note ?? ''}`;
  }

  /** The error for a part of what was given. @param expects what to give instead */
  invalid(option: Option<unknown>, part: string, expects: string): SidecarError {
    const where = this.#find(option)?.where ?? 'the defaults';
    return invalidText({ name: option.name, text: part, where }, expects);
  }

  #find(option: Option<unknown>): Given | undefined {
    return (
      this.sources.given(option) ?? this.#inFile(option) ?? this.#inConf(option) ?? this.#inLibpq(option)
    );
  }

  #inFile({ file }: Option<unknown>): Given | undefined {
    // An empty one says nothing, and the next place counts.
    const text = file === undefined ? undefined : this.sources.textOf(file);
    return file === undefined || text === undefined ? undefined : { text, origin: file, where: file };
  }

  #inConf({ conf: keys = [], derive }: Option<unknown>): Given | undefined {
    if (keys.length === 0 && derive === undefined) return undefined;
    const { conf, configFile } = this.sources;
    const key = keys.find((one) => conf.has(one));
    const text = derive === undefined ? conf.get(key ?? '') : derive(this.sources)?.text;
    if (text === undefined) return undefined;
    const name = basename(configFile ?? '');
    return key === undefined
      ? { text, origin: 'default', where: name }
      : { text, origin: `${name}: ${key}`, where: `${key} of ${name}` };
  }

  #inLibpq({ libpq: parameter, fromLibpq = (text) => text }: Option<unknown>): Given | undefined {
    const text = parameter === undefined ? undefined : this.libpq.get(parameter);
    if (parameter === undefined || text === undefined) return undefined;
    const origin = this.libpq.origin(parameter);
    return { text: fromLibpq(text), origin, where: origin };
  }
}
