import type { OdooConf } from '../config/files/odoo-conf.ts';
import type { Settings } from '../config/settings.ts';
import type { Diagnosis, View } from './diagnosis.ts';
import { lookFromInside } from './inside/inside.ts';
import type { Place } from './inside/process.ts';
import { lookFromOutside } from './outside/outside.ts';

/** What is looked at: the address of users, the sidecar's own settings, or both. */
export interface DoctorOptions {
  readonly url: URL | null;
  readonly inside: { readonly settings: Settings; readonly conf: OdooConf } | null;
  readonly place: Place;
  readonly signal: AbortSignal;
  /** Tells somebody who waits what for. */
  progress(text: string): void;
}

/**
 * Finds out what is wrong with an installation, from outside, where its users are, and from inside, where the sidecar is.
 * Changes nothing. Never throws.
 */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const { url, inside, place, signal, progress } = options;
  const views: View[] = [];
  let isKnown = place.isGiven;
  if (inside !== null) {
    progress('Looking at PostgreSQL, the sidecar and Odoo');
    const { findings, answers } = await lookFromInside(inside.settings, inside.conf, place);
    isKnown ||= answers;
    views.push({ title: 'From inside, where the sidecar is', findings, server: null });
  }
  if (url !== null) {
    const { findings, server } = await lookFromOutside(url, { signal, progress });
    views.push({ title: `${url.origin}, from outside`, findings, server });
  }
  return { views, sidecar: isKnown ? place.address : null };
}
