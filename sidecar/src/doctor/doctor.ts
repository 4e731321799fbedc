import type { OdooConf } from '../config/files/odoo-conf.ts';
import type { Settings } from '../config/settings.ts';
import type { Diagnosis, View } from './diagnosis.ts';
import { lookFromInside } from './inside/inside.ts';
import { lookFromOutside } from './outside/outside.ts';

/** What is looked at: the address of users, the sidecar's own settings, or both. */
export interface DoctorOptions {
  readonly url: URL | null;
  readonly inside: { readonly settings: Settings; readonly conf: OdooConf } | null;
  readonly signal: AbortSignal;
  /** Tells somebody who waits what for. */
  progress(text: string): void;
}

/**
 * Finds out what is wrong with an installation, from outside, where its users are, and from inside, where the sidecar is.
 * Changes nothing. Never throws.
 */
export async function diagnose({ url, inside, signal, progress }: DoctorOptions): Promise<Diagnosis> {
  const views: View[] = [];
  if (inside !== null) {
    progress('Looking at PostgreSQL, the sidecar and Odoo');
    const findings = await lookFromInside(inside.settings, inside.conf);
    views.push({ title: 'From inside, where the sidecar is', findings, server: null });
  }
  if (url !== null) {
    const { findings, server } = await lookFromOutside(url, { signal, progress });
    views.push({ title: `${url.origin}, from outside`, findings, server });
  }
  return { views };
}
