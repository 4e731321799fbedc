import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time for programs in hundredths of a second, whatever its own clock is. */
const TICK_MS = 10;

/** The fields of /proc/PID/stat behind the name of the program, which may hold blanks; null if the process has gone. */
async function readStat(pid: number | string): Promise<string[] | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

const sum = (fields: readonly (string | undefined)[]) =>
  fields.reduce((total, field) => total + Number(field ?? 0), 0) * TICK_MS;

/** The processor time of one process with all of its threads, in milliseconds. */
export async function readProcessorTime(pid: number): Promise<number> {
  const stat = await readStat(pid);
  if (stat === null) throw new Error(`Process ${pid} has ended, and its processor time is unknown.`);
  return sum(stat.slice(11, 13));
}

/** The same of its main thread alone, in which Node runs JavaScript. */
export async function readMainThreadTime(pid: number): Promise<number> {
  const stat = await readStat(`${pid}/task/${pid}`);
  if (stat === null) throw new Error(`Process ${pid} has ended, and its processor time is unknown.`);
  return sum(stat.slice(11, 13));
}

/** The same of a server with its children, also of those that have ended meanwhile. */
export async function readFamilyTime(pid: number, children: readonly number[]): Promise<number> {
  const stats = await Promise.all(children.map(readStat));
  const parent = sum((await readStat(pid))?.slice(11, 15) ?? []);
  return stats.reduce((total, stat) => total + sum(stat?.slice(11, 13) ?? []), parent);
}

/** The processes that a process has started and that still run, without theirs. */
export async function readChildren(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(readParent));
  return pids.filter((_, index) => parents[index] === pid);
}

/** Who has started a process; null if it has ended. */
export async function readParent(pid: number): Promise<number | null> {
  const stat = await readStat(pid);
  return stat === null ? null : Number(stat[1]);
}

/** The memory that a process holds, in kilobytes. */
export async function readResident(pid: number): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes);
}
