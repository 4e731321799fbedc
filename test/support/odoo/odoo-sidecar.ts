import { onTestFinished } from 'vitest';
import { type SidecarOptions, SidecarProcess } from '../sidecar/sidecar-process.ts';
import type { Odoo } from './odoo.ts';

/** What the sidecar of an Odoo is told beside that Odoo's configuration file. */
export type OdooSidecarOptions = Omit<SidecarOptions, 'configFile'>;

/** The built sidecar of one test, with Odoo's own configuration file; it is not started yet, and ends with the test. */
export function makeOdooSidecar({ configFile }: Odoo, options: OdooSidecarOptions = {}): SidecarProcess {
  const sidecar = new SidecarProcess({ configFile, ...options });
  onTestFinished(() => sidecar.kill());
  return sidecar;
}

/** One that has reached the databases of its options, or Odoo's. */
export async function startOdooSidecar(odoo: Odoo, options?: OdooSidecarOptions): Promise<SidecarProcess> {
  const sidecar = makeOdooSidecar(odoo, options);
  await sidecar.start();
  return sidecar;
}
