import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PageFiles } from '../../../sidecar/playground/page-files.ts';
import { WebServer } from '../../../sidecar/playground/web-server.ts';

async function serve(files: Readonly<Record<string, string>>): Promise<{ url: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const web = new WebServer((error) => {
    throw error;
  });
  onTestFinished(() => web.close());
  web.serve([new PageFiles(folder)]);
  return { url: `http://127.0.0.1:${await web.listen(0)}`, folder };
}

async function get(url: string): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}

it('serves the page, and the seat under each of its paths', async () => {
  const { url } = await serve({ 'index.html': 'the page', 'seat.html': 'the seat', 'style.css': 'p {}' });
  expect(await get(`${url}/`)).toEqual({ status: 200, type: 'text/html; charset=utf-8', text: 'the page' });
  for (const path of ['/left/', '/right/']) expect((await get(`${url}${path}`)).text).toBe('the seat');
  expect(await get(`${url}/assets/style.css`)).toMatchObject({ type: 'text/css; charset=utf-8' });
  const { status, headers } = await fetch(`${url}/left`, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([308, '/left/']);
});

it('builds TypeScript anew for each request, and tells the browser what is wrong with it', async () => {
  const { url, folder } = await serve({ 'page.ts': "import { text } from './text.ts';\nconsole.log(text);" });
  const script = async () => await get(`${url}/assets/page.js`);
  await writeFile(join(folder, 'text.ts'), "export const text: string = 'first';");
  expect(await script()).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' });
  expect((await script()).text).toContain('first');
  await writeFile(join(folder, 'text.ts'), "export const text: string = 'second';");
  expect((await script()).text).toContain('second');
  await writeFile(join(folder, 'text.ts'), 'export const = ;');
  expect((await script()).text).toMatch(/^throw new Error\(".*text\.ts:1:13.*Expected identifier/);
});

it.each(['/assets/gone.css', '/assets/gone.html', '/assets/..%2fmain.ts', '/assets/page.ts', '/assets/'])(
  'has no %s',
  async (path) => {
    const { url } = await serve({ 'page.ts': '' });
    expect((await get(`${url}${path}`)).status).toBe(404);
  },
);

it('is kept from nobody by the cookies of the other programs on this machine', async () => {
  const { url } = await serve({ 'index.html': 'the page' });
  const headers = { Cookie: `c=${'x'.repeat(40_000)}` };
  expect(await (await fetch(url, { headers })).text()).toBe('the page');
});
