import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SERVER } from '../../sidecar/src/config/options/server-options.ts';
import * as budget from '../../sidecar/src/lib/shutdown-budget.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** The number that the text has there. */
const find = (path: string, place: RegExp) => Number(place.exec(read(path))?.[1]);
const seconds = (ms: number) => ms / 1_000;

it('leaves time for every phase after the longest drain', () => {
  const { ENDED_AFTER_MS, LEFT_OPEN_MS, LONGEST_DRAIN_MS, SHUTDOWN_MS } = budget;
  const phases = Object.values(SHUTDOWN_MS).reduce((sum, ms) => sum + ms, 0);
  expect(LONGEST_DRAIN_MS + phases + LEFT_OPEN_MS).toBe(ENDED_AFTER_MS);
  expect(seconds(LONGEST_DRAIN_MS)).toBeGreaterThanOrEqual(Number(SERVER.drainSeconds.default));
  expect(SERVER.drainSeconds.type.expects).toBe(`a whole number from 0 to ${seconds(LONGEST_DRAIN_MS)}`);
});

it.each([
  ['systemd', 'sidecar/systemd/web_socketio.service', /^TimeoutStopSec=(\d+)$/m],
  ['Compose', 'docker-compose.yml', /\n {2}sidecar:\n(?: {4}.*\n)*? {4}stop_grace_period: (\d+)s\n/],
  ['systemd, the worker', 'sidecar/systemd/web_socketio_python.service', /^TimeoutStopSec=(\d+)$/m],
  [
    'Compose, the worker',
    'docker-compose.yml',
    /\n {2}python:\n(?: {4}.*\n)*? {4}stop_grace_period: (\d+)s\n/,
  ],
])('%s kills the process after the time of the budget, and not before', (_, path, place) => {
  expect(find(path, place)).toBe(seconds(budget.KILLED_AFTER_MS));
});

it.each([
  ['sidecar/systemd/web_socketio.service', /within (\d+) seconds/, budget.ENDED_AFTER_MS],
  [
    'docker-compose.yml',
    /requeues the messages that they hold, and ends within (\d+) s of SIGTERM/,
    budget.ENDED_AFTER_MS,
  ],
  ['docker-compose.yml', /ends its handlers.* within (\d+) s of SIGTERM/, budget.ENDED_AFTER_MS],
  ['sidecar/systemd/web_socketio_python.service', /within (\d+) seconds/, budget.ENDED_AFTER_MS],
  ['docs/configuration.md', /ends within (\d+) seconds/, budget.ENDED_AFTER_MS],
  ['docs/operations.md', /SIGTERM ends the sidecar within (\d+) seconds/, budget.ENDED_AFTER_MS],
  ['docs/errors.md', /`stop_timeout` \|.* (\d+) seconds/, budget.STOP_MS],
  ['docs/configuration.md', /`WEB_SOCKETIO_DRAIN_SECONDS` \|.*at most (\d+)/, budget.LONGEST_DRAIN_MS],
])('%s gives the time of the budget: %s', (path, place, ms) => {
  expect(find(path, place)).toBe(seconds(ms));
});
