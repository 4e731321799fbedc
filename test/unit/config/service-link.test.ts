import { expect, it } from 'vitest';
import { findConfiguration } from '../../../sidecar/playground/configuration.ts';
import { describeProblem } from '../../../sidecar/src/api/problem.ts';
import { describeServiceLinks } from '../../../sidecar/src/config/environment/service-link.ts';
import { findUnknownVariables } from '../../../sidecar/src/config/environment/unknown-variables.ts';
import { OptionReader } from '../../../sidecar/src/config/option-reader.ts';
import { readSettings } from '../../../sidecar/src/config/settings.ts';
import { Sources } from '../../../sidecar/src/config/sources.ts';

/** As a Pod has them beside two Services; Docker's links add the last two of each. */
function links(name: string, port: number): Record<string, string> {
  return {
    [`${name}_SERVICE_HOST`]: '10.0.0.11',
    [`${name}_SERVICE_PORT`]: `${port}`,
    [`${name}_SERVICE_PORT_MY_HTTP`]: `${port}`,
    [`${name}_PORT`]: `tcp://10.0.0.11:${port}`,
    [`${name}_PORT_${port}_TCP`]: `tcp://10.0.0.11:${port}`,
    [`${name}_PORT_${port}_TCP_PROTO`]: 'tcp',
    [`${name}_PORT_${port}_TCP_PORT`]: `${port}`,
    [`${name}_PORT_${port}_TCP_ADDR`]: '10.0.0.11',
    [`${name}_NAME`]: '/app/web_socketio',
    [`${name}_ENV_PATH`]: '/bin',
  };
}

const read = (env: Record<string, string>) =>
  new Sources({
    flags: { options: { database: 'mydb', config: '/dev/null' } },
    env,
    cwd: '/nonexistent',
    home: '/nonexistent',
  });

it('takes what Kubernetes and Docker make of a Service of its name for no setting, and says so once', () => {
  const sources = read({
    ...links('WEB_SOCKETIO', 8068),
    ...links('WEB_SOCKETIO_DB', 5432),
    ...links('WEB_SOCKETIO_REDIS', 6379),
    WEB_SOCKETIO_MAX_CURSOR: '3',
  });
  expect(readSettings(new OptionReader(sources))).toMatchObject({ port: 8068, maxCursor: 3 });
  expect(readSettings(new OptionReader(sources)).postgres.port).toBeUndefined();
  expect(findUnknownVariables(Object.keys(sources.variables))).toEqual([]);
  expect(describeServiceLinks(sources.serviceLinks).map(describeProblem)).toEqual([
    "service_link: Ignored WEB_SOCKETIO_PORT=tcp://10.0.0.11:8068, WEB_SOCKETIO_DB_PORT=tcp://10.0.0.11:5432: Kubernetes or Docker sets this for a Service named 'web-socketio', 'web-socketio-db'. Set enableServiceLinks: false in the Pod, or rename the Service.",
  ]);
});

it('says nothing of links that have the name of no option', () => {
  const sources = read(links('WEB_SOCKETIO_REDIS', 6379));
  expect(describeServiceLinks(sources.serviceLinks)).toEqual([]);
});

it('does not take them for a configuration, beside which the playground would not start', () => {
  const env = { ...links('WEB_SOCKETIO', 8068), WEB_SOCKETIO_CONFIG: '/dev/null' };
  const places = { env, cwd: '/nonexistent', home: '/nonexistent' };
  expect(findConfiguration([], places).by).toEqual(['WEB_SOCKETIO_CONFIG', '/dev/null']);
});

it('still takes a number for what it is, and refuses what is neither', () => {
  expect(
    readSettings(new OptionReader(read({ WEB_SOCKETIO_PORT: '80', WEB_SOCKETIO_DB_PORT: '5433' }))),
  ).toMatchObject({
    ...{ port: 80, postgres: { port: 5433 } },
  });
  expect(() => readSettings(new OptionReader(read({ WEB_SOCKETIO_PORT: 'http://10.0.0.11:80' })))).toThrow(
    "Invalid port 'http://10.0.0.11:80' in WEB_SOCKETIO_PORT",
  );
});
