import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { Metrics } from '../../../sidecar/src/observability/metrics.ts';

const hooks = createRequire(import.meta.url)('node:perf_hooks');

it('the event loop is measured from the first time that somebody asks, who gets a measure already', async () => {
  const monitor = vi.spyOn(hooks, 'monitorEventLoopDelay');
  const metrics = new Metrics(() => ({ databases: [], pages: 3, busSockets: 0 }));
  metrics.count('db', 'read', 2);
  expect(monitor).not.toHaveBeenCalled();
  const [text] = await Promise.all([metrics.text(), metrics.text()]);
  expect(text).toContain('web_socketio_pages 3');
  expect(text).toContain('web_socketio_read_total{db="db"} 2');
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds 0\.\d/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  await metrics.text();
  expect(monitor).toHaveBeenCalledTimes(1);
});
