import { SidecarError } from '../../api/sidecar-error.ts';

/** What an Odoo configuration file says under `[options]`: keys in lower case. */
export type OdooConf = ReadonlyMap<string, string>;

/** How Python writes that nothing is configured, and what Odoo takes for it, too. */
const NOTHING = new Set(['', 'False', 'false', 'None']);

/**
 * Reads the text of an OpenERP or Odoo configuration file as Python's `RawConfigParser` does.
 *
 * No package for INI files: those cut values at `#` or `;` and take quotes off, which changes passwords.
 * Rules: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
 *
 * @param name the file, for messages
 * @throws SidecarError `config_invalid`, naming file and line; never the line's text, which may be a password
 */
export function parseOdooConf(text: string, name: string): OdooConf {
  const options = new Map<string, string>();
  let section: string | null = null;
  let key: string | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const value = options.get(key ?? '');
    if (/^\s/.test(line) && key !== null && value !== undefined) {
      options.set(key, `${value}\n${line.trim()}`);
      continue;
    }
    const header = /^\[([^\]]+)\]/.exec(line);
    if (header?.[1] !== undefined) {
      section = header[1];
      key = null;
      continue;
    }
    const match = /^([^:=]+?)\s*[:=]\s*(.*)$/.exec(line);
    if (match?.[1] === undefined || section === null) {
      throw new SidecarError(
        'config_invalid',
        `Line ${index + 1} of '${name}' is neither '[options]', nor 'key = value', nor a comment. Correct it.`,
      );
    }
    key = section === 'options' ? match[1].trim().toLowerCase() : null;
    if (key !== null) options.set(key, (match[2] ?? '').trim());
  }
  for (const [name, value] of options) if (NOTHING.has(value)) options.delete(name);
  return options;
}
