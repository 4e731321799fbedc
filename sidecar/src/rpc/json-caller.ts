import { quote, reason, SocketIOError } from '../api/error.ts';
import { toError } from './fault.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';

/** Where OpenERP is, and the limits of one call. */
export interface JsonCallerOptions {
  /** Such as `http://127.0.0.1:8069`. */
  readonly url: string;
  readonly timeoutMs?: number;
  /** The longest answer that is taken, in bytes. */
  readonly maxBytes?: number;
}

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** Nothing was sent, so nothing can have been carried out. */
const NOT_SENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
]);

/** Calls models over the addon's JSON route, `/web_socketio/call`. */
export class JsonCaller implements ModelCaller {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;

  constructor(options: JsonCallerOptions) {
    this.#url = new URL('/web_socketio/call', options.url);
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  async call(call: ModelCall): Promise<unknown> {
    const { db, ...params } = call;
    const name = `${call.model}.${call.method}`;
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params });
    let text: string;
    let status: number;
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Odoo-Database': db },
        body,
        // A redirection is answered with its status: whoever it names must not get the token.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      status = response.status;
      text = await this.#readBody(response, name);
    } catch (error) {
      throw this.#nameFailure(error, name);
    }
    if (status !== 200) {
      throw new SocketIOError(
        'openerp_answer',
        `OpenERP answered ${name} with HTTP ${status}: ${quote(text)}. Is web_socketio installed in '${db}', and is ${this.#url.origin} OpenERP?`,
      );
    }
    return readAnswer(text, name);
  }

  async #readBody(response: Response, name: string): Promise<string> {
    if (response.body === null) return '';
    const parts: Uint8Array[] = [];
    let size = 0;
    const body: AsyncIterable<Uint8Array> = response.body;
    for await (const part of body) {
      size += part.byteLength;
      if (size > this.#maxBytes) {
        throw new SocketIOError(
          'openerp_answer',
          `OpenERP's answer to ${name} is longer than ${this.#maxBytes} bytes. Ask for fewer records or fields.`,
        );
      }
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  #nameFailure(error: unknown, name: string): SocketIOError {
    if (error instanceof SocketIOError) return error;
    if (error instanceof Error && error.name === 'TimeoutError') {
      return new SocketIOError(
        'openerp_timeout',
        `OpenERP did not answer ${name} in ${this.#timeoutMs} ms. It may still carry it out.`,
        { cause: error },
      );
    }
    // fetch says "fetch failed" and keeps the cause for itself.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const retry = NOT_SENT.has(String(field(cause, 'code')));
    const text = retry
      ? `OpenERP cannot be reached at ${this.#url.origin} for ${name}: ${reason(cause)}. Check that it runs.`
      : `The connection to OpenERP at ${this.#url.origin} broke during ${name}: ${reason(cause)}. OpenERP may have carried it out.`;
    return new SocketIOError('openerp_unreachable', text, { retry, cause: error });
  }
}

function readAnswer(text: string, name: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = null;
  }
  if (typeof answer !== 'object' || answer === null) {
    throw new SocketIOError(
      'openerp_answer',
      `OpenERP answered ${name} with ${quote(text)}, which is no JSON-RPC. Check the address of OpenERP.`,
    );
  }
  if ('error' in answer) throw readFault(answer.error, name);
  // A method that returns None has no result in Odoo's answer.
  return 'result' in answer ? answer.result : null;
}

function readFault(fault: unknown, call: string): SocketIOError {
  const data = field(fault, 'data');
  const name = field(data, 'name');
  const message = field(data, 'message');
  return toError(
    typeof name === 'string' ? name : 'unknown',
    typeof message === 'string' ? message : '',
    call,
  );
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
