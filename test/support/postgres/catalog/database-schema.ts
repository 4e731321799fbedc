import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const script = (name: string) =>
  readFileSync(new URL(`../../../../addon/web_socketio/data/${name}`, import.meta.url), 'utf8');

/** The SQL that the addon runs when it is installed, and when it is uninstalled. */
export const SCHEMA = script('schema.sql');
export const SCHEMA_DROP = script('schema_drop.sql');

/** As much of OpenERP's own tables as the schema and the sidecar look at. */
export const OPENERP = `
CREATE TABLE res_users (id serial PRIMARY KEY, login text, password text, active boolean DEFAULT true, signature text);
CREATE TABLE ir_module_module (id serial PRIMARY KEY, name text, state text);
INSERT INTO res_users (login, password) VALUES ('admin', 'a'), ('demo', 'd'), ('other', 'o');
INSERT INTO ir_module_module (name, state) VALUES
  ('base', 'installed'), ('web_socketio', 'installed'), ('web_longpolling', 'installed'), ('web_socketio_demo', 'installed');
`;

export function sha256(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}
