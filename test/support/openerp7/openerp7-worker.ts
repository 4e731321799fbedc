import { fileURLToPath } from 'node:url';
import { Program } from '../process/program.ts';
import type { OpenERP7 } from './openerp7.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The Python worker of an OpenERP 7.0, as users start it. Whoever starts it stops it. */
export function startOpenERP7Worker(openerp: OpenERP7, sidecarUrl: string): Program {
  return runOpenERP7Python(openerp, [here('../../../addon/web_socketio')], ['--sidecar', sidecarUrl]);
}

/** A program in OpenERP's Python, with its file of configuration and its database. */
export function runOpenERP7Python(
  { python, configFile, database }: OpenERP7,
  program: readonly string[],
  more: readonly string[] = [],
): Program {
  return new Program({ command: python, args: [...program, '-c', configFile, '-d', database, ...more] });
}

/** Tests the registry of the worker. */
export function testOpenERP7Registry(openerp: OpenERP7): Program {
  const [contract, runtime] = [
    here('../../worker/registry_contract.py'),
    here('../../../addon/web_socketio/openerp7/worker_runtime.py'),
  ];
  return runOpenERP7Python(openerp, [contract, runtime, `${openerp.admin.uid}`]);
}
