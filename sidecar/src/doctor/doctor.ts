import type { OdooConf } from '../config/files/odoo-conf.ts';
import type { Settings } from '../config/settings.ts';
import type { Diagnosis, View } from './diagnosis.ts';
import type { Finding } from './finding.ts';
import { lookFromInside } from './inside/inside.ts';
import type { Place } from './inside/process.ts';
import { lookFromOutside } from './outside/outside.ts';

/** What is looked at: the address of users, the sidecar's own settings, or both. */
export interface DoctorOptions {
  readonly url: URL | null;
  readonly inside: { readonly settings: Settings; readonly conf: OdooConf } | null;
  readonly place: Place;
  readonly signal: AbortSignal;
  /** How long a connection has to bear silence, unless it is as long as pages need it. */
  readonly silentSeconds?: number;
  /** Tells somebody who waits what for. */
  progress(text: string): void;
}

/**
 * Finds out what is wrong with an installation, from outside, where its users are, and from inside, where the sidecar is.
 * Changes nothing. Never throws.
 */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const { url, inside, place, progress } = options;
  let views: View[] = [];
  let isKnown = place.isGiven;
  if (inside !== null) {
    progress('Looking at PostgreSQL, the sidecar and Odoo');
    const { findings, answers } = await lookFromInside(inside.settings, inside.conf, place);
    isKnown ||= answers;
    views.push({ title: 'From inside, where the sidecar is', findings, server: null });
  }
  if (url !== null) {
    const { findings, server, reached } = await lookFromOutside(url, options);
    // It runs, but not where nobody said that it would.
    if (reached) views = views.map(withoutDefault);
    views.push({ title: `${url.origin}, from outside`, findings, server });
  }
  return { views, sidecar: isKnown ? place.address : null };
}

/** That nobody answers at the default address is no problem where a sidecar is reached. */
function withoutDefault(view: View): View {
  const findings = view.findings.map((one): Finding => {
    return one.code === 'sidecar_not_named' ? { ...one, severity: 'hint' } : one;
  });
  return { ...view, findings };
}
