import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeProblem } from '../../../sidecar/src/api/problem.ts';
import { findUnknownVariables } from '../../../sidecar/src/config/environment/unknown-variables.ts';
import { parseFlags } from '../../../sidecar/src/config/flags.ts';
import { LIMITS } from '../../../sidecar/src/config/options/limit-options.ts';
import { OPTIONS } from '../../../sidecar/src/config/options/options.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const variables = OPTIONS.map(({ variable }) => variable);

/** The rows of docs/configuration.md, without a table's heading. */
const rows = read('docs/configuration.md')
  .split('\n')
  .filter((line) => line.startsWith('|') && line.includes('WEB_SOCKETIO_'));

it('has each variable once, and nobody reads one beside the table', () => {
  expect(new Set(variables).size).toBe(OPTIONS.length);
  const files = readdirSync(fileURLToPath(new URL('sidecar/src', root)), {
    recursive: true,
    encoding: 'utf8',
  });
  const sources = files.filter((name) => name.endsWith('.ts')).map((name) => read(`sidecar/src/${name}`));
  expect(sources.filter((text) => /\[['"`]WEB_SOCKETIO_|\.WEB_SOCKETIO_/.test(text))).toEqual([]);
});

it.each(OPTIONS.map((option) => [option.name, option] as const))(
  'docs/configuration.md has one row for %s, with its flag, its default and its error code',
  (_, { variable, flag, default: text, code, conf = [] }) => {
    const [row = '', ...others] = rows.filter((line) => line.includes(`\`${variable}\``));
    expect(others).toEqual([]);
    for (const name of flag?.replace(/ <.*/, '').split(', ') ?? []) expect(row).toContain(`\`${name}\``);
    expect(row.replaceAll(/(?<=\d),(?=\d{3})/g, '')).toContain(text);
    if (code !== undefined) expect(`${row}${read('docs/errors.md')}`).toContain(`\`${code}\``);
    if (conf.length > 0) expect(row).toMatch(new RegExp(`${conf.join('|')}|configuration file`));
  },
);

it('docs/configuration.md names no variable that there is not', () => {
  const named = rows.flatMap((row) => row.match(/`WEB_SOCKETIO_[A-Z_]+`/g) ?? []);
  expect(new Set(named)).toEqual(new Set(variables.map((name) => `\`${name}\``)));
});

it('names for each limit the code of the error that it makes, which its row of the limits has, too', () => {
  const made = ['socketio', 'lib', 'observability']
    .flatMap((folder) =>
      readdirSync(fileURLToPath(new URL(`sidecar/src/${folder}`, root)), {
        recursive: true,
        encoding: 'utf8',
      })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => read(`sidecar/src/${folder}/${name}`)),
    )
    .join();
  for (const { name, variable, code } of Object.values(LIMITS)) {
    expect(code, name).toBeDefined();
    expect(made, name).toMatch(new RegExp(`\\b${code}\\b`));
    // What handlers do is none of a third party's, and has its row among the options.
    const row = rows.find((line) => line.includes(`\`${variable}\``));
    if (!code?.startsWith('handler_')) expect(row).toContain(`\`${code}\``);
  }
});

it('shows each option in a help that fits on a screen', () => {
  const parsed = parseFlags(['--help'], '1.2.3');
  const lines = 'answer' in parsed ? parsed.answer.split('\n') : [];
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThanOrEqual(59);
  for (const { name, flag, variable } of OPTIONS) {
    expect(lines.join('\n')).toContain(flag === undefined ? variable : `--${name}`);
  }
});

it('has a help of its own for the doctor, with an example, the options that apply and the exit codes', () => {
  const parsed = parseFlags(['doctor', '--help'], '1.2.3');
  const text = 'answer' in parsed ? parsed.answer : '';
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const part of ['doctor https://erp.example.com -c', '-i, --interface', 'Exit code: 0 no problem'])
    expect(text).toContain(part);
  for (const { flag, name } of OPTIONS)
    if (['config', 'database', 'interface', 'port'].includes(name)) expect(text).toContain(`${flag} `);
});

it('warns of an unknown variable, with the name that was probably meant', () => {
  expect(
    findUnknownVariables([
      ...variables,
      ...['PATH', 'WEB_SOCKETIO_NGINX_LISTEN'],
      ...['WEB_SOCKETIO_PROT', 'WEB_SOCKETIO_DB_PASWORD', 'WEB_SOCKETIO_SOMETHING_ELSE'],
    ]).map(describeProblem),
  ).toEqual([
    'option_unknown: Unknown variable WEB_SOCKETIO_PROT. Did you mean WEB_SOCKETIO_PORT?',
    'option_unknown: Unknown variable WEB_SOCKETIO_DB_PASWORD. Did you mean WEB_SOCKETIO_DB_PASSWORD?',
    'option_unknown: Unknown variable WEB_SOCKETIO_SOMETHING_ELSE. See web_socketio --help for all variables.',
  ]);
});
