import type { ClientBase } from 'pg';
import { typeError } from './fault.ts';

/** In whose name, and in which transaction, a method runs. */
export interface Environment {
  readonly client: ClientBase;
  readonly uid: number;
  readonly isSystem: boolean;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The arguments of a call by name; what was not given is undefined. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A method that everybody may call: which arguments it takes, in their order, and what it does. */
export interface Method {
  readonly parameters: readonly string[];
  run(env: Environment, args: Arguments): Promise<unknown>;
}

export interface Model {
  readonly name: string;
  readonly methods: Readonly<Record<string, Method>>;
  /** Methods that Python code may call and nobody else. */
  readonly internal?: readonly string[];
}

/** Gives arguments their names, as Python does. @throws Fault TypeError */
export function bindArguments(
  { parameters }: Method,
  name: string,
  args: readonly unknown[],
  kwargs: Arguments,
): Arguments {
  if (args.length > parameters.length) {
    throw typeError(`${name}() takes ${parameters.length} arguments but ${args.length} were given`);
  }
  const bound: Record<string, unknown> = {};
  for (const [index, value] of args.entries()) bound[parameters[index] ?? ''] = value;
  for (const [key, value] of Object.entries(kwargs)) {
    if (!parameters.includes(key)) throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
    if (key in bound) throw typeError(`${name}() got multiple values for argument '${key}'`);
    bound[key] = value;
  }
  return bound;
}

/** The ids of records: one, or a list. */
export function toIds(value: unknown): number[] {
  const list = Array.isArray(value) ? value : value === undefined || value === false ? [] : [value];
  return list.map((id) => {
    if (!Number.isSafeInteger(id)) throw typeError(`'${String(id)}' is no id`);
    return Number(id);
  });
}
