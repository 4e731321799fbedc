import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Odoo } from './odoo.ts';

const path = ({ configFile }: Odoo, sessionId: string) =>
  join(dirname(configFile), 'data/sessions', sessionId.slice(0, 2), sessionId);

export async function readSessionFile(odoo: Odoo, sessionId: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path(odoo, sessionId), 'utf8'));
}

/** Changes what Odoo 19 has stored of a session. */
export async function changeSessionFile(odoo: Odoo, sessionId: string, values: object): Promise<void> {
  const stored = await readSessionFile(odoo, sessionId);
  await writeFile(path(odoo, sessionId), JSON.stringify({ ...stored, ...values }));
}

export function removeSessionFile(odoo: Odoo, sessionId: string): Promise<void> {
  return rm(path(odoo, sessionId));
}
