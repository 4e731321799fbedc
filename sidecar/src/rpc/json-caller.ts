import { decodeAnswer, encodeCall, isObject, readFault, unknownAnswer } from './call-text.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';
import type { OpenERPServer } from './openerp-server.ts';
import { RouteMissingError } from './route-missing-error.ts';

/** Calls models over the addon's JSON route. */
export class JsonCaller implements ModelCaller {
  readonly #server: OpenERPServer;

  constructor(server: OpenERPServer) {
    this.#server = server;
  }

  /** As `ModelCaller.call`; throws a RouteMissingError where there is no such route: nothing was carried out then. */
  async call(call: ModelCall): Promise<unknown> {
    const name = `${call.model}.${call.method}`;
    const path = '/web_socketio/call';
    const params = { token: call.token, call: encodeCall(call) };
    const text = await this.#server.post({
      ...{ name, db: call.db, path, contentType: 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params }),
    });
    if (text === null) throw new RouteMissingError(path, call);
    const answer = tryParse(text);
    if (!isObject(answer)) throw unknownAnswer(text, name);
    const { error } = answer;
    if (error === undefined) return decodeAnswer(answer['result'], name);
    if (!isObject(error)) throw unknownAnswer(text, name);
    // Some series say 404 here, and 200 in the head. What a method raises is part of the result: it cannot be that.
    if (error['code'] === 404) throw new RouteMissingError(path, call);
    throw readFault(isObject(error['data']) ? error['data'] : {}, name);
  }

  stop(): void {
    this.#server.stop();
  }
}

/** Undefined for what is no JSON: the caller quotes it in an error. */
function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
