import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { findSection, readMarkdown } from '../support/documents/markdown.ts';
import { Person } from './support/person.ts';
import { Stack } from './support/stack.ts';

const Attachments = z.array(z.object({ datas: z.string(), store_fname: z.string() }));
const CONTENT = Buffer.from('An attachment: a file of its own, beside the database.').toString('base64');
/** The commands of docs/operations.md: to back up, and to restore. */
const [BACKUP = '', RESTORE = ''] = findSection(readMarkdown('docs/operations.md'), 'With Docker')
  .blocks.filter(({ language }) => language === 'sh')
  .map(({ text }) => text);

let stack: Stack;
let folder: string;

beforeAll(async () => {
  stack = await Stack.make();
  folder = await mkdtemp(join(tmpdir(), 'web_socketio-backup-'));
});

afterAll(async () => {
  await stack?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function attachment(id: number): Promise<unknown> {
  const { session } = await Person.logIn(stack, 'admin');
  const rows = await session.call('ir.attachment', 'read', [[id], ['datas', 'store_fname']]);
  return Attachments.parse(rows)[0];
}

it('restores database and attachments where nothing is left, by the commands of docs/operations.md', async ({
  onTestFailed,
}) => {
  onTestFailed(async () => void process.stderr.write(await stack.logs()));
  await stack.up();
  const admin = await Person.logIn(stack, 'admin');
  const values = { name: 'plan.txt', datas: CONTENT };
  const id = z.number().parse(await admin.session.call('ir.attachment', 'create', [values]));
  const before = await attachment(id);
  expect(before).toMatchObject({ datas: CONTENT });

  await stack.shell(BACKUP, folder);
  for (const file of ['demo.dump', 'demo-files.tar']) {
    expect((await stat(join(folder, file))).size).toBeGreaterThan(10_000);
  }
  await stack.compose(['down', '--volumes']);
  await stack.shell(RESTORE, folder);
  await stack.up();
  expect(await attachment(id)).toEqual(before);

  const anna = await Person.logIn(stack, 'anna');
  const ben = await Person.logIn(stack, 'ben');
  const page = anna.openPage();
  await expect.poll(() => page.socket.connected, { timeout: 120_000 }).toBe(true);
  await ben.notify(anna, 'Lunch');
  await expect.poll(() => page.subjects).toEqual(['Lunch']);
  page.close();

  // Also over what is there: back to the state of the backup.
  const again = await Person.logIn(stack, 'admin');
  await again.session.call('ir.attachment', 'unlink', [[id]]);
  await stack.shell(RESTORE, folder);
  await stack.up();
  expect(await attachment(id)).toEqual(before);
});
