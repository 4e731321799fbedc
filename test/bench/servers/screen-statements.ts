import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findPython } from './python-sidecar.ts';

const run = promisify(execFile);
const ADDON = fileURLToPath(new URL('../../../addon/web_socketio', import.meta.url));

/** Loads the two files alone: the package itself needs Odoo. */
const PRINT = `
import importlib, json, sys, types
package = types.ModuleType("common")
package.__path__ = [sys.argv[1] + "/common"]
sys.modules["common"] = package
operator = importlib.import_module("common.operator")
print(json.dumps([operator.PROCESSES, operator.USERS, operator.CHANNELS, operator.MESSAGES]))
`;

/** The statements by which the operator's screen in Odoo reads its lists, as the addon has them. */
export async function readScreenStatements(): Promise<string[]> {
  const { stdout } = await run(findPython().command, ['-c', PRINT, ADDON]);
  return z.array(z.string()).parse(JSON.parse(stdout));
}
