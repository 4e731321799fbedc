import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { findSection, readMarkdown } from '../documents/markdown.ts';
import type { Certificate } from '../network/certificate.ts';
import { requireProgram } from '../process/installed.ts';
import { makeServerFolder, type ServerFolder } from '../process/server-folder.ts';
import { launchServer } from '../process/server-launch.ts';
import type { ReverseProxy } from './reverse-proxy.ts';

const PROGRAMS = fileURLToPath(new URL('../../../.cache/proxies/', import.meta.url));
const HEADING = 'Behind another proxy';

/** What stands behind one of them, as URLs. */
export interface OtherProxyOptions {
  readonly odoo: string;
  readonly sidecar: string;
  readonly certificate?: Certificate;
  /** Changes the configuration of docs/operations.md before it is used. */
  readonly change?: (config: string) => string;
}

/** How a program is told what to do. */
export interface ProxyProgram {
  readonly command: string;
  /** The language of its block in docs/operations.md. */
  readonly language: string;
  /** A line of its log that says that it is there. */
  readonly ready: RegExp;
  /** What an administrator changes in the block, and what a server needs that is no service of the system. */
  fill(block: string, where: Filled): string;
  args(configFile: string, where: Filled): readonly string[];
}

/** Where a program is, and what it may use. */
export interface Filled extends OtherProxyOptions {
  readonly port: number;
  readonly folder: string;
  /** Libraries, modules and the like of Debian's packages. */
  readonly root: string;
}

/** The block of docs/operations.md in that language: what is tested is what is read there. */
export function readBlock(language: string): string {
  const { blocks } = findSection(readMarkdown('docs/operations.md'), HEADING);
  const found = blocks.find((block) => block.language === language);
  if (found === undefined) throw new Error(`docs/operations.md, '${HEADING}', has no block '${language}'.`);
  return found.text;
}

/** Puts something in place of what the block surely has. */
export function put(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`The configuration in docs/operations.md has no '${from}'.`);
  return text.replaceAll(from, to);
}

/** Starts a proxy with the configuration that docs/operations.md gives. Whoever starts it stops it. */
export async function startOther(program: ProxyProgram, options: OtherProxyOptions): Promise<ReverseProxy> {
  const command = await requireProgram(join(PROGRAMS, program.command));
  const folder = await makeServerFolder(program.command);
  const { change = (text) => text, certificate } = options;
  try {
    if (certificate !== undefined) await writeFile(join(folder.path, 'web.pem'), await readBoth(certificate));
    const { server, port } = await launchServer(async (port) => {
      const where = { ...options, port, folder: folder.path, root: join(PROGRAMS, 'root') };
      const configFile = await writeConfig(folder, change(program.fill(readBlock(program.language), where)));
      return {
        command,
        args: [...program.args(configFile, where)],
        cwd: folder.path,
        env: { HOME: folder.path },
      };
    }, program.ready);
    // Varnish says that it is there a moment before it listens.
    await expect.poll(() => isListening(port)).toBe(true);
    const stop = () => server.stop().finally(folder.remove);
    const scheme = certificate === undefined ? 'http' : 'https';
    return { url: `${scheme}://127.0.0.1:${port}`, plainUrl: null, server, stop };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Certificate and key in one file, as some programs want them. */
async function readBoth({ file, keyFile }: Certificate): Promise<string> {
  return (await Promise.all([file, keyFile].map((path) => readFile(path, 'utf8')))).join('');
}

async function writeConfig(folder: ServerFolder, text: string): Promise<string> {
  const file = join(folder.path, 'config');
  await writeFile(file, text);
  return file;
}
