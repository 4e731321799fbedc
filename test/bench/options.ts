import { parseArgs } from 'node:util';

/** What the command line of the benchmark says. */
export interface Options {
  /** Parts of the names of rows. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** A version or a path; undefined for the Node that runs the benchmark. */
  readonly node: string | undefined;
  /** The file to which the rows are written. */
  readonly json: string | undefined;
  /** Shows what there is, and measures nothing. */
  readonly list: boolean;
}

const ROUNDS = 3;

/** @throws when an option is unknown, or its value makes no sense */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [''] },
      rounds: { type: 'string', default: `${ROUNDS}` },
      node: { type: 'string' },
      json: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`'${values.rounds}' is no number of rounds. Give --rounds 1 or more.`);
  return { only: values.only, rounds, node: values.node, json: values.json, list: values.list };
}
