import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { OdooConf } from '../../config/files/odoo-conf.ts';
import type { Settings } from '../../config/settings.ts';
import { reachOdoo } from '../../odoo/http/odoo-probe.ts';
import type { DatabaseFacts } from '../../postgres/check/database-probe.ts';
import { readDeclares } from '../../python/declares.ts';
import { type Finding, fine, problem } from '../finding.ts';
import { lookAtDatabase } from './database.ts';
import { lookAtOdooSettings } from './odoo-settings.ts';
import { lookAtProcess, type Place } from './process.ts';

const ODOO_MS = 5_000;

/** What was found, and whether the sidecar answered. */
export interface InsideReport {
  readonly findings: readonly Finding[];
  readonly answers: boolean;
}

/** Looks at what the sidecar needs, from the machine on which it runs. Never throws. */
export async function lookFromInside(
  settings: Settings,
  conf: OdooConf,
  place: Place,
): Promise<InsideReport> {
  const { postgres, databases, odooUrl, maxCursor, configFile } = settings;
  const [looks, { findings, workers, answers }, odoo] = await Promise.all([
    Promise.all(databases.map((name) => lookAtDatabase(postgres, name))),
    lookAtProcess(place),
    lookAtOdoo(odooUrl),
  ]);
  const found = [
    ...looks.flatMap((look) => look.findings),
    ...findings,
    ...(workers === null ? [] : looks.flatMap(({ facts }) => judgeWorkers(facts, workers))),
    odoo,
    ...lookAtOdooSettings({ file: configFile, conf, databases, maxCursor }),
  ];
  return { findings: found, answers };
}

async function lookAtOdoo(url: string): Promise<Finding> {
  try {
    await reachOdoo(url, AbortSignal.timeout(ODOO_MS));
    return fine('Odoo', `answers at ${url}`);
  } catch (error) {
    return error instanceof SidecarError
      ? problem('Odoo', error.code, error.message)
      : problem('Odoo', 'odoo_unreachable', reason(error));
  }
}

function judgeWorkers({ name, declared }: DatabaseFacts, workers: ReadonlyMap<string, number>): Finding[] {
  const addons = new Set(
    declared.flatMap((one) => {
      const { namespaces, handlers, adapters } = readDeclares(one);
      return [...namespaces, ...handlers, ...adapters].map(({ addon }) => addon);
    }),
  );
  const subject = `Python worker of ${name}`;
  const count = workers.get(name) ?? 0;
  if (addons.size === 0) return [];
  const seen = `${[...addons].sort().join(', ')} declared handlers, and ${count} workers are connected`;
  return [count === 0 ? problem(subject, 'worker_missing', seen) : fine(subject, seen)];
}
