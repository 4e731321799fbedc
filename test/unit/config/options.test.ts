import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseFlags } from '../../../sidecar/src/config/flags.ts';
import { OPTIONS } from '../../../sidecar/src/config/options.ts';
import { findUnknownVariables } from '../../../sidecar/src/config/unknown-variables.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const variables = OPTIONS.map(({ variable }) => variable);

it('knows every variable that is read, and docs/configuration.md names it', () => {
  const sources = ['limits', 'max-cursor', 'libpq/postgres-settings', 'settings', 'sources']
    .map((name) => read(`sidecar/src/config/${name}.ts`))
    .join();
  expect(new Set(sources.match(/\bWEB_SOCKETIO_[A-Z_]+\b/g))).toEqual(new Set(variables));
  const text = read('docs/configuration.md');
  expect(variables.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

it('shows each option in a help that fits on a screen', () => {
  const parsed = parseFlags(['--help'], '1.2.3');
  const lines = 'answer' in parsed ? parsed.answer.split('\n') : [];
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(58);
  for (const { name, flag, variable } of OPTIONS) {
    expect(lines.join('\n')).toContain(flag === undefined ? variable : `--${name}`);
  }
});

it('takes a variable that nobody reads for a slip of the pen, and says for which', () => {
  expect(
    findUnknownVariables([
      ...variables,
      ...['PATH', 'WEB_SOCKETIO_NGINX_LISTEN'],
      ...['WEB_SOCKETIO_PROT', 'WEB_SOCKETIO_DB_PASWORD', 'WEB_SOCKETIO_SOMETHING_ELSE'],
    ]),
  ).toEqual([
    'option_unknown: The variable WEB_SOCKETIO_PROT means nothing here. Did you mean WEB_SOCKETIO_PORT?',
    'option_unknown: The variable WEB_SOCKETIO_DB_PASWORD means nothing here. Did you mean WEB_SOCKETIO_DB_PASSWORD?',
    'option_unknown: The variable WEB_SOCKETIO_SOMETHING_ELSE means nothing here. See web_socketio --help for those that do.',
  ]);
});
