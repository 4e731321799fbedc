import { z } from 'zod';
import { readText } from '../../support/documents/markdown.ts';

const Dashboard = z.object({
  uid: z.string(),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).optional(),
    }),
  ),
});

/** One query of a panel, as Grafana would send it with everything chosen. */
export interface PanelQuery {
  readonly panel: string;
  readonly query: string;
}

/** The dashboard that is shipped. */
export const DASHBOARD = Dashboard.parse(
  JSON.parse(readText('docker/monitoring/grafana/dashboards/web_socketio.json')),
);

/** Its queries. @param interval in the place of `$__rate_interval` */
export function panelQueries(interval: string): PanelQuery[] {
  return DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => ({
      panel: `${title} ${refId}`,
      query: expr
        .replaceAll('$__rate_interval', interval)
        .replaceAll('$db', '.*')
        .replaceAll('$instance', '.*'),
    })),
  );
}

/** The names of metrics in a text. */
export function metricsIn(text: string): Set<string> {
  return new Set(text.match(/\b(?:web_socketio|nodejs|process)_[a-z0-9_]+/g));
}
