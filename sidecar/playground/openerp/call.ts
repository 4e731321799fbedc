import type { Database } from '../postgres/database.ts';
import { accessError, Fault, toFault, userError } from './fault.ts';
import { isObject, type Params } from './json-rpc.ts';
import { bindArguments, type Environment, type Model } from './model.ts';
import { MODELS } from './models.ts';

/** Runs methods of models in the name of users, each call in a transaction of its own. */
export class Calls {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The addon's `call_json`: what a method raises is an answer, too.
   *
   * @param text JSON of `{ model, method, args, kwargs, context }`
   * @param own the session's context, which counts more than that of the call
   * @returns JSON of `{ result }` or of `{ error: { name, message } }`
   */
  async callJson(uid: number, text: unknown, own: object): Promise<string> {
    try {
      const call: unknown = JSON.parse(String(text));
      if (!isObject(call)) throw userError('The call is no object');
      const { model, method, args, kwargs } = readCall(call);
      const context = { ...toObject(call['context']), ...own, ...toObject(kwargs['context']) };
      const result = await this.call(uid, { model, method, args, kwargs: { ...kwargs, context } });
      return toAscii(JSON.stringify({ result: result ?? null }));
    } catch (error) {
      const { python, message } = toFault(error);
      return toAscii(JSON.stringify({ error: { name: python, message } }));
    }
  }

  /**
   * Runs `model.method(*args, **kwargs)` and commits.
   *
   * @throws Fault what the method raises
   */
  async call(uid: number, params: Params): Promise<unknown> {
    const { model: name, method, args, kwargs } = readCall(params);
    const model = MODELS.get(name);
    if (model === undefined) {
      throw userError(`The model '${name}' does not exist, so that '${method}' cannot be called`);
    }
    const { context, ...rest } = kwargs;
    return await this.#database.transaction(async (client) => {
      const { rows } = await client.query<{ is_system: boolean }>(
        'SELECT is_system FROM res_users WHERE id = $1',
        [uid],
      );
      const env = { client, uid, isSystem: rows[0]?.is_system === true, context: toObject(context) };
      return await run(env, model, method, args, rest);
    });
  }
}

async function run(
  env: Environment,
  model: Model,
  method: string,
  args: unknown[],
  kwargs: Params,
): Promise<unknown> {
  const full = `${model.name}.${method}`;
  if (method.startsWith('_') || model.internal?.includes(method)) {
    throw accessError(`Private methods (such as '${full}') cannot be called remotely.`);
  }
  const known = Object.hasOwn(model.methods, method) ? model.methods[method] : undefined;
  if (known === undefined) {
    throw new Fault('builtins.AttributeError', `The method '${full}' does not exist`);
  }
  return await known.run(env, bindArguments(known, full, args, kwargs));
}

function readCall(params: Params): { model: string; method: string; args: unknown[]; kwargs: Params } {
  const { model, method, args, kwargs } = params;
  return {
    model: String(model ?? ''),
    method: String(method ?? ''),
    args: Array.isArray(args) ? args : [],
    kwargs: toObject(kwargs),
  };
}

function toObject(value: unknown): Params {
  return isObject(value) ? value : {};
}

function toAscii(json: string): string {
  return json.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
