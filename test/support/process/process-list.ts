import { readdir, readFile, readlink } from 'node:fs/promises';

/** A process of this machine. */
export interface ListedProcess {
  readonly pid: number;
  readonly command: string;
}

/** All processes that name a folder in their command line or work in it. */
export async function processesOf(folder: string): Promise<ListedProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, cwd] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
      ]);
      return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim(), cwd };
    }),
  );
  return found
    .filter(({ command, cwd }) => command !== '' && `${command} ${cwd}/`.includes(folder))
    .map(({ pid, command }) => ({ pid, command }));
}
