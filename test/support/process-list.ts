import { readdir, readFile, readlink } from 'node:fs/promises';

/** The command lines of all processes that name a folder or work in it. */
export async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, cwd] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
      ]);
      return { command: command.replaceAll('\0', ' ').trim(), cwd };
    }),
  );
  return found
    .filter(({ command, cwd }) => command !== '' && `${command} ${cwd}/`.includes(folder))
    .map(({ command }) => command);
}
