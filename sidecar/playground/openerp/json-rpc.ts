import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fault, SESSION_EXPIRED, toFault } from './fault.ts';

/** Answers longer than this are not read: nobody sends them by intent. */
const LONGEST_BODY = 10_000_000;

/** The parameters of a call. */
export type Params = Readonly<Record<string, unknown>>;

/** A request that is no JSON of the right form. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/**
 * Reads the JSON object of a request.
 *
 * @throws BadRequest if it is none. Its content type must say JSON: pages of other sites cannot send that unasked.
 */
export async function readJson(request: IncomingMessage): Promise<Params> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new BadRequest('Send Content-Type: application/json');
  }
  return await readBody(request);
}

/** Reads a JSON object, whatever its content type. @throws BadRequest */
export async function readBody(request: IncomingMessage): Promise<Params> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_BODY) throw new BadRequest(`The body is longer than ${LONGEST_BODY} bytes`);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new BadRequest('Invalid JSON data');
}

/**
 * Answers a JSON-RPC request as Odoo 19 does: errors have HTTP status 200, and a result of None is left out.
 *
 * @param run what is asked for, with the request's parameters
 */
export async function answerJsonRpc(
  request: IncomingMessage,
  response: ServerResponse,
  run: (params: Params) => Promise<unknown>,
): Promise<void> {
  const { id = null, params } = await readJson(request);
  let answer: object;
  try {
    answer = { result: (await run(isObject(params) ? params : {})) ?? undefined };
  } catch (error) {
    answer = { error: describe(toFault(error)) };
  }
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
}

function describe({ python, message }: Fault): object {
  const isExpired = python === SESSION_EXPIRED;
  return {
    code: isExpired ? 100 : 0,
    message: isExpired ? 'Odoo Session Expired' : 'Odoo Server Error',
    data: { name: python, message, arguments: [message], context: {}, debug: '' },
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
