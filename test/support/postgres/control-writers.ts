import { readdirSync, readFileSync } from 'node:fs';

const ADDON = new URL('../../../addon/web_socketio/', import.meta.url);

/** A statement of the addon that inserts a control message. */
export interface ControlStatement {
  /** The function of Python in which it stands. */
  readonly name: string;
  readonly sql: string;
}

/** Every file of the addon's Python and SQL that writes to the channel of control messages. */
export function controlFiles(): string[] {
  return readdirSync(ADDON, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(py|sql)$/.test(name) && writes(readAddon(name)) > 0)
    .sort();
}

/** How often a text inserts a control message. */
export function writes(text: string): number {
  return text.match(/(?:SELECT|VALUES|\(session_hash\))\s*\(?'web_socketio\.control'/g)?.length ?? 0;
}

/** The statements in a file of Python that insert a control message, with PostgreSQL's own placeholders. */
export function controlStatements(name: string): ControlStatement[] {
  const functions = readAddon(name).split(/^def /m).slice(1);
  return functions
    .filter((text) => writes(text) > 0)
    .map((text) => {
      const [, sql = ''] = text.match(/cr\.execute\("""(.*?)"""/s) ?? [];
      let count = 0;
      return {
        name: text.slice(0, text.indexOf('(')),
        sql: sql.replaceAll('%s', () => {
          count += 1;
          return `$${count}`;
        }),
      };
    });
}

export function readAddon(name: string): string {
  return readFileSync(new URL(name, ADDON), 'utf8');
}
