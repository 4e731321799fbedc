/** What the server module of the suite noted of its queue: `taken 1,2,3`, then `confirmed`, `refused` or `dropped`. */
export class Journal {
  readonly #notes: readonly { pid: number; what: string; ids: readonly string[] }[];

  constructor(files: readonly { readonly pid: number; readonly text: string }[]) {
    this.#notes = files.flatMap(({ pid, text }) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [what = '', ids = ''] = line.split(' ');
          return { pid, what, ids: ids.split(',') };
        }),
    );
  }

  /** Every id that `secureEmit` called confirmed, as often as it did. */
  get confirmed(): string[] {
    return this.#notes.filter(({ what }) => what === 'confirmed').flatMap(({ ids }) => ids);
  }

  /** What a process had taken and not given back when it ended. */
  held(pid: number): string[] {
    const held = new Set<string>();
    for (const { what, ids } of this.#notes.filter((note) => note.pid === pid)) {
      for (const id of ids) {
        if (what === 'taken') held.add(id);
        else held.delete(id);
      }
    }
    return [...held];
  }
}
