import { SidecarError } from '../../api/sidecar-error.ts';
import { hostOf } from './browser-origin.ts';

/** What was asked for in vain. */
export interface RefusedRequest {
  /** Of Odoo, such as `http://127.0.0.1:8069`. */
  readonly url: string;
  readonly db: string;
  /** Under which it was asked; null is Odoo's own. */
  readonly origin: string | null;
  /** What was to be done, such as `res.users.read`. */
  readonly name: string;
}

/**
 * Odoo has no route of the addon for that database and host: nothing was carried out. The sidecar asks only where the
 * module is installed, so that it is mostly the option --db-filter that hides it, or a server that runs since before its addons_path had the addon.
 */
export class HostRefusedError extends SidecarError {
  constructor({ url, db, origin, name }: RefusedRequest) {
    super(
      'host_refused',
      `Odoo at ${url} does not open '${db}' for the host '${origin === null ? new URL(url).host : hostOf(origin)}', so that ${name} was not carried out. Its --db-filter refuses that host, or Odoo was not restarted since its addons_path got the addon (its log then says 'Some modules are not loaded'), or something else than the Odoo of '${db}' answers there: see "Several databases" in docs/operations.md.`,
    );
  }
}
