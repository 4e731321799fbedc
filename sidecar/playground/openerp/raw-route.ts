import type { IncomingMessage, ServerResponse } from 'node:http';
import { toFault } from './fault.ts';
import { BadRequest, type Params, readBody } from './json-rpc.ts';

/** What a route of the sidecar answers with: a value, or a text that is JSON already. */
export type RawAnswer = object | string;

/** Answers the sidecar: a JSON object that comes as plain text, JSON that goes. */
export async function answerRaw(
  request: IncomingMessage,
  response: ServerResponse,
  run: (members: Params) => Promise<RawAnswer>,
): Promise<void> {
  let status = 200;
  let answer: RawAnswer;
  try {
    answer = await run(await readBody(request));
  } catch (error) {
    status = error instanceof BadRequest ? 400 : 500;
    const { python, message } = toFault(error);
    answer = { error: { name: status === 400 ? 'builtins.ValueError' : python, message } };
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
}
