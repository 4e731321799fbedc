import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

/** How large a terminal is. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Before each frame, and behind it. */
const HOME = '\u001B[1;1H';
const END = '\u001B[J';

/** A program in a terminal of its own, which `script` of util-linux makes; it ends with the test. */
export class Terminal {
  /** All that was written. */
  text = '';
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;

  /** @param command words without spaces or quotes */
  constructor(command: readonly string[], { columns, rows }: TerminalSize) {
    const line = `tty; stty cols ${columns} rows ${rows}; exec ${command.join(' ')}`;
    const { PATH } = process.env;
    const env = { PATH, HOME: '/nonexistent', TERM: 'xterm-256color', SHELL: '/bin/sh' };
    this.#child = spawn('script', ['-qefc', line, '/dev/null'], { env, cwd: '/' });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)));
    onTestFinished(async () => {
      this.#child.kill('SIGKILL');
      await this.ended;
    });
  }

  /** The lines of the last frame that is whole, without colours. */
  get frame(): string[] {
    const end = this.text.lastIndexOf(END);
    const start = this.text.lastIndexOf(HOME, end);
    if (end < 0 || start < 0) return [];
    const frame = stripVTControlCharacters(this.text.slice(start + HOME.length, end));
    return frame.split('\r\n').map((line) => line.trimEnd());
  }

  /** Its window gets another size. */
  async resize({ columns, rows }: TerminalSize): Promise<void> {
    const [device = ''] = /\/dev\/\S+/.exec(this.text) ?? [];
    await promisify(execFile)('stty', ['-F', device, 'cols', `${columns}`, 'rows', `${rows}`]);
  }

  /** Somebody types. */
  type(keys: string): void {
    this.#child.stdin.write(keys);
  }
}
