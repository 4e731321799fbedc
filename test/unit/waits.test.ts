import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** As in vitest.config.ts. */
const [PATIENCE_MS, TEST_MS] = [60_000, 180_000];

/** Where less than `least` milliseconds are a limit: the first group of the pattern. */
function shorter(pattern: RegExp, least: number): string[] {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return paths.flatMap((path) =>
    [...readFileSync(`${FOLDER}${path}`, 'utf8').matchAll(pattern)]
      .filter(([, ms = '']) => Number(ms.replaceAll('_', '')) < least)
      .map(([, ms]) => `${path}: ${ms} ms`),
  );
}

it('no test waits for less than all others do: what is quick here may take eight times as long elsewhere', () => {
  expect(shorter(/\btimeout: (\d[\d_]*)/g, PATIENCE_MS)).toEqual([]);
});

it('no test has a limit of its own below that of all others', () => {
  expect(shorter(/\btimeout: (\d[\d_]*),?\s*\},\s*(?:async )?\(/g, TEST_MS)).toEqual([]);
});
