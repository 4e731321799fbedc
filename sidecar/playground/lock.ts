import { readFileSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { Problem } from './problem.ts';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  /** When that process began, as its system says it: another one may have got the number since. */
  readonly began: string;
  /** Where its page is, once it is there. */
  readonly url?: string;
}

/** A file that says which process uses a folder. What a process left that was killed is recognised. */
export class Lock {
  readonly #path: string;
  readonly #holder: Holder = { pid: process.pid, began: beginning(process.pid) };
  readonly #removeAtExit = () => this.#remove();

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws Problem if another process that lives has it */
  static async take(path: string): Promise<Lock> {
    const lock = new Lock(path);
    while (!(await lock.#create())) {
      const holder = await readHolder(path);
      if (holder !== null && isAlive(holder)) {
        const { pid, url } = holder;
        throw new Problem(
          `The playground runs already${url === undefined ? '' : ` at ${url}`}, as process ${pid}. Use that one, or end it first: kill ${pid}`,
        );
      }
      await rm(path, { force: true });
    }
    process.once('exit', lock.#removeAtExit);
    return lock;
  }

  /** Tells those who come later where the page is. */
  async name(url: string): Promise<void> {
    await writeFile(this.#path, JSON.stringify({ ...this.#holder, url }));
  }

  release(): void {
    process.off('exit', this.#removeAtExit);
    this.#remove();
  }

  async #create(): Promise<boolean> {
    try {
      await writeFile(this.#path, JSON.stringify(this.#holder), { flag: 'wx' });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  }

  #remove(): void {
    rmSync(this.#path, { force: true });
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isHolder(holder) ? holder : null;
  } catch {
    return null; // Killed while it wrote, or gone meanwhile.
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'pid') === 'number';
}

function isAlive({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process cannot be asked, and lives.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return beginning(pid) === began;
}

/** When a process that runs began, in ticks since the machine did; nothing where there is no /proc. */
function beginning(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything, spaces and brackets included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that was killed stays as a zombie where nobody asks for its exit code, as in many containers.
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
