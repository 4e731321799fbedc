import Deserializer from 'xmlrpc/lib/deserializer.js';
import serializer from 'xmlrpc/lib/serializer.js';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { OdooServer } from '../http/odoo-server.ts';
import { CallRefusedError } from './call-refused-error.ts';
import { decodeAnswer, encodeCall, isObject, unknownAnswer } from './call-text.ts';
import { toError } from './fault.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';

/**
 * Every series knows this one. `/xmlrpc/2/object` came with Odoo 8.0: OpenERP 7.0 does not answer 404 there, but 200 with a
 * fault, and writes a traceback into its log each time.
 */
const PATH = '/xmlrpc/object';
/** The model of the addon that takes calls. */
const MODEL = 'web_socketio.call';
/** The name of an error, at the beginning of the last line of Python's traceback. */
const PYTHON_NAME = /^([A-Za-z_][\w.]*)(?=:|\s*$)/;
/** How an error that is meant for users begins. OpenERP 7.0 has titles for them, later series the error's name. */
const WARNING = /^warning -- (\w+)\n/;
/** `auth_crypt` of OpenERP 7.0 trips over its own variable where it means that nobody has this password. */
const AUTH_CRYPT_DENIES = /\n(?:NameError|UnboundLocalError): .*\bstored_password_crypt\b.*\s*$/;

/**
 * Calls models over XML-RPC. The credential is the password; the call and its answer travel as one string each, so that none
 * of XML-RPC's types, of its missing None and of its limited characters matter, and that a large answer need not be
 * decoded tag by tag.
 *
 * Of the package xmlrpc, only what writes and reads XML is used: its client knows no timeout, takes every HTTP status but
 * 404 for an answer, and reads answers of any length.
 */
export class XmlRpcCaller implements ModelCaller {
  readonly #server: OdooServer;

  constructor(server: OdooServer) {
    this.#server = server;
  }

  async call(call: ModelCall): Promise<unknown> {
    const { db, uid, credential, origin } = call;
    const name = `${call.model}.${call.method}`;
    const params = [db, uid, credential, MODEL, 'call_json', encodeCall(call)];
    const request = { name, db, path: PATH, origin };
    const text = await this.#server.post({
      ...{ ...request, contentType: 'text/xml' },
      body: serializer.serializeMethodCall('execute', params),
    });
    if (text === null) throw this.#server.refusedHost(request);
    const { error, result } = decode(text);
    if (error === undefined) return decodeAnswer(result, name);
    if (!isObject(error) || !('faultCode' in error)) throw unknownAnswer(text, name);
    throw this.#readFault(error, call);
  }

  stop(): void {
    this.#server.stop();
  }

  /**
   * What a method raises is part of the answer. A fault comes from around it. Here its code is a text as well, what the
   * error says, and its string is a traceback or nothing: neither is for others to see.
   */
  #readFault({ faultCode, faultString }: Readonly<Record<string, unknown>>, call: ModelCall): Error {
    const name = `${call.model}.${call.method}`;
    const code = String(faultCode);
    const trace = String(faultString);
    if (code === 'AccessDenied' || AUTH_CRYPT_DENIES.test(trace)) {
      return new CallRefusedError(name, call.uid, null);
    }
    if (code.includes(MODEL) && code.includes("doesn't exist")) return missing(call);
    const lastLine = trace.startsWith('Traceback') ? (trace.trimEnd().split('\n').at(-1) ?? '') : '';
    const python = WARNING.exec(code)?.[1] ?? PYTHON_NAME.exec(lastLine)?.[1];
    return toError(python ?? 'unknown error', null, name);
  }
}

function missing({ db, model, method }: ModelCall): SidecarError {
  return new SidecarError(
    'odoo_answer',
    `Odoo does not know the model ${MODEL} in '${db}', so that ${model}.${method} was not carried out. It runs without the module that is installed there: restart it, and check that --odoo-url is its address.`,
  );
}

/**
 * Reads an answer in one go. The package would take a stream, and throw from its events, where nobody can catch it,
 * over answers such as an empty fault.
 */
function decode(text: string): { error?: unknown; result?: unknown } {
  let decoded: { error?: unknown; result?: unknown } = { error: null };
  const source = {
    setEncoding: () => undefined,
    on: () => undefined,
    pipe: (parser: { end(text: string): void }) => parser.end(text),
  };
  try {
    new Deserializer().deserializeMethodResponse(source, (error, result) => {
      decoded = error ? { error } : { result };
    });
  } catch (error) {
    return { error };
  }
  return decoded;
}
