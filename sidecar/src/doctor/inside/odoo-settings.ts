import type { OdooConf } from '../../config/files/odoo-conf.ts';
import { type Finding, fine, warning } from '../finding.ts';

/** What is looked at. */
export interface OdooSettings {
  /** Odoo's configuration file; null if none was found. */
  readonly file: string | null;
  readonly conf: OdooConf;
  readonly databases: readonly string[];
  readonly maxCursor: number;
}

/** Does Odoo's configuration fit to a sidecar behind a proxy? */
export function lookAtOdooSettings({ file, conf, databases, maxCursor }: OdooSettings): Finding[] {
  const subject = "Odoo's configuration";
  if (file === null) return [];
  const found: Finding[] = [];
  if (!/^(true|1|yes|on)$/i.test(conf.get('proxy_mode') ?? '')) {
    found.push(
      warning(
        subject,
        'proxy_mode_missing',
        `proxy_mode is ${conf.get('proxy_mode') ?? 'not set'} in ${file}`,
      ),
    );
  }
  const filter = conf.get('dbfilter') ?? '';
  if (databases.length > 1 && (filter === '' || filter === '.*')) {
    found.push(
      warning(
        subject,
        'dbfilter_missing',
        `dbfilter is ${filter || 'not set'} in ${file}, for ${databases.length} databases`,
      ),
    );
  }
  const workers = Number(conf.get('workers') ?? 0);
  if (workers > 0 && maxCursor >= workers) {
    found.push(
      warning(subject, 'few_workers', `${workers} workers, and the sidecar may call ${maxCursor} at a time`),
    );
  }
  return found.length === 0 ? [fine(subject, file)] : found;
}
