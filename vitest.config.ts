import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SERIES_NAMES, type SeriesName } from './test/support/series/series-table.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * How long a test waits for what has to come. It is a last resort against hanging, and no claim about speed: on two cores
 * with a load of 15 everything takes about eight times as long, and a test that has nothing to wait for ends at once.
 */
const PATIENCE_MS = 60_000;
/** More than two of them, so that a test ends with what it waited for, and not with the name of its own limit. */
const TEST_MS = 180_000;

/**
 * Real failures of real servers. The long form has them one after the other: a second one at the same time would be in the
 * times that it measures. The short form, a part of `npm test`, measures nothing that another one would spoil.
 */
const failures = (
  name: string,
  folder: string,
  form: 'short' | 'long',
  groupOrder: number,
  { exclude = [], setup = [] }: { exclude?: string[]; setup?: string[] } = {},
) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${folder}/**/*.test.ts`],
    exclude,
    globalSetup: ['test/support/postgres/postgres-global.ts', ...setup],
    provide: { form },
    testTimeout: 600_000,
    fileParallelism: form === 'short',
    sequence: { groupOrder },
  },
});

/** `npm test` needs nothing but Node; these need the packages of `test/worker/install.sh`. */
const NO_PYTHON = { exclude: ['test/chaos/python/**'] };
const WITH_WORKER = { setup: ['test/worker/support/worker-pythons.ts'] };

/** One series of Odoo: the tests of all series, and its own. Some have no install script: put their launcher into `.cache`. */
const realOdoo = (series: SeriesName) => ({
  extends: true as const,
  test: {
    name: series,
    include: ['test/odoo/**/*.test.ts', `test/${series}/**/*.test.ts`],
    globalSetup: ['test/support/odoo/base-database.ts'],
    provide: { series },
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});

/** The stack of docker-compose.yml; `test/compose/with-engine.sh` has to be around it. */
const compose = (name: string, include: string[]) => ({
  extends: true as const,
  test: {
    name,
    include,
    globalSetup: ['test/compose/support/images.ts'],
    // Of the web client that the stack has unless told otherwise.
    provide: { series: 'odoo19' as const },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});

export default defineConfig({
  resolve: {
    alias: {
      web_socketio: here('sidecar/src/api/web_socketio.ts'),
      web_longpolling: here('addon/web_longpolling/socketio/index.ts'),
    },
  },
  test: {
    // Two cores: more files at a time only make the real PostgreSQL servers slower.
    maxWorkers: 2,
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/postgres/postgres-global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'proxy',
          include: ['test/proxy/**/*.test.ts'],
          globalSetup: ['test/support/postgres/postgres-global.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'clients',
          include: ['test/clients/**/*.test.ts'],
          globalSetup: ['test/support/postgres/postgres-global.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'poolers',
          include: ['test/poolers/**/*.test.ts'],
          globalSetup: ['test/support/postgres/postgres-global.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'monitoring',
          include: ['test/monitoring/**/*.test.ts'],
          globalSetup: ['test/support/postgres/postgres-global.ts'],
          testTimeout: 400_000,
          fileParallelism: false,
        },
      },
      // Short rounds of the benchmark, which fail on a message that is lost or comes twice, and never on a time.
      { extends: true, test: { name: 'bench', include: ['test/bench/**/*.test.ts'], testTimeout: 600_000 } },
      ...SERIES_NAMES.map(realOdoo),
      {
        extends: true,
        test: {
          name: 'oca',
          include: ['test/oca/**/*.test.ts'],
          globalSetup: ['test/oca/support/installed-database.ts'],
          provide: { series: 'odoo19-oca' as const },
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'openerp7',
          include: ['test/openerp7/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'python',
          include: ['test/python/**/*.test.ts'],
          globalSetup: ['test/support/python-global.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'worker',
          include: ['test/worker/**/*.test.ts'],
          globalSetup: ['test/support/postgres/postgres-global.ts', 'test/worker/support/worker-pythons.ts'],
        },
      },
      { extends: true, test: { name: 'packaging', include: ['test/packaging/**/*.test.ts'] } },
      compose('compose', ['test/compose/**/*.test.ts']),
      compose('compose-short', ['test/compose/{configuration,sidecar-image,first-notification}.test.ts']),
      failures('chaos', 'chaos', 'long', 1, NO_PYTHON),
      failures('chaos-short', 'chaos', 'short', 3, NO_PYTHON),
      failures('chaos-python', 'chaos/python', 'long', 1, WITH_WORKER),
      failures('chaos-python-short', 'chaos/python', 'short', 3, WITH_WORKER),
      failures('fuzz', 'fuzz', 'long', 2),
      failures('fuzz-short', 'fuzz', 'short', 3),
      failures('sleep', 'sleep', 'long', 3),
      failures('sleep-short', 'sleep', 'short', 3),
    ],
  },
});
