import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { OPTIONS } from '../../../sidecar/src/config/options/options.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
/** What the stack itself decides: where its services, their files and their passwords are, and nginx, which needs no route. */
const OF_THE_STACK =
  /^(?:database|interface|port|config|odoo-url|addons-path|route|db-(?:host|port|user|password|password-file|target-session-attrs|ssl\w+))$/;

it('passes all settings of the sidecar on to its container, and .env.example gives their defaults', () => {
  const compose = read('docker-compose.yml');
  const example = read('.env.example');
  const options = OPTIONS.filter(({ name }) => !OF_THE_STACK.test(name));
  expect(options.length).toBeGreaterThan(10);
  const passed = options.filter(({ variable }) =>
    compose.includes(`${variable}: \${${variable.replace('WEB_SOCKETIO_', 'SIDECAR_')}:-}\n`),
  );
  expect(passed.map(({ variable }) => variable)).toEqual(options.map(({ variable }) => variable));
  const reader = (env: Readonly<Record<string, string>>) =>
    new OptionReader(
      new Sources({
        flags: { options: { database: 'mydb' } },
        env,
        ...{ cwd: '/nonexistent', home: '/nonexistent' },
      }),
    );
  const none = reader({});
  const given = Object.fromEntries(
    options.map(({ variable }) => {
      const name = variable.replace('WEB_SOCKETIO_', 'SIDECAR_');
      return [variable, new RegExp(`^#${name}=(.*)$`, 'm').exec(example)?.[1] ?? 'missing'];
    }),
  );
  expect(readSettings(reader(given))).toEqual(readSettings(none));
});
