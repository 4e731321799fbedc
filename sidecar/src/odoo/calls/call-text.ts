import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { toError } from './fault.ts';
import { formatJson, parseJson } from './json-value.ts';
import type { ModelCall } from './model-caller.ts';

/** What XML has its own opinion about, and all that is not ASCII, half a surrogate pair included. */
const UNSAFE = /[^ -~]|[<>&]/g;

/**
 * A call as the addon's `call_json` takes it: JSON of printable ASCII, so that no transport can change it on its way.
 *
 * Nothing in it is secret: Odoo writes arguments into its log when it is told to log everything.
 */
export function encodeCall({ model, method, args, kwargs, context }: ModelCall): string {
  return formatJson({ model, method, args, kwargs, context }).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * What the addon's `call_json` answered: the method's result, null for None.
 *
 * @param name of the call, such as `res.users.read`
 * @throws SidecarError the named error that the method raised; `odoo_answer` if it is no such answer
 */
export function decodeAnswer(answer: unknown, name: string): unknown {
  return readAnswer(typeof answer === 'string' ? parseAnswer(answer) : undefined, answer, name);
}

/** The same of an answer that is parsed already. @param text as it came, for messages */
export function readAnswer(value: unknown, text: unknown, name: string): unknown {
  if (isObject(value) && 'result' in value) return value['result'];
  if (isObject(value) && isObject(value['error'])) throw readFault(value['error'], name);
  throw unknownAnswer(text, name);
}

/** Undefined if the text is not JSON: the caller quotes it in an error. */
export function parseAnswer(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The error of `{ name, message }`, as the addon and Odoo's own JSON-RPC write it. */
export function readFault({ name, message }: Readonly<Record<string, unknown>>, call: string): SidecarError {
  return toError(
    typeof name === 'string' ? name : 'unknown error',
    typeof message === 'string' ? message : '',
    call,
  );
}

/** The error for an answer that Odoo's own code never gives. */
export function unknownAnswer(answer: unknown, name: string): SidecarError {
  return new SidecarError(
    'odoo_answer',
    `Odoo answered ${name} with ${quote(answer)}, which is not a valid answer. Check the address of Odoo.`,
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
