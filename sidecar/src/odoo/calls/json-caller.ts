import type { OdooServer } from '../http/odoo-server.ts';
import { CallRefusedError } from './call-refused-error.ts';
import { encodeCall, isObject, parseAnswer, readAnswer } from './call-text.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';
import { readState } from './session-state.ts';

const PATH = '/web_socketio/call';

/** Calls models over the addon's own route. */
export class JsonCaller implements ModelCaller {
  readonly #server: OdooServer;

  constructor(server: OdooServer) {
    this.#server = server;
  }

  /** As `ModelCaller.call`; throws a HostRefusedError where there is no such route: nothing was carried out then. */
  async call(call: ModelCall): Promise<unknown> {
    const { db, origin, credential, uid } = call;
    const name = `${call.model}.${call.method}`;
    const request = { name, db, path: PATH, origin };
    // As plain text: Odoo parses no body of that type, so that the token is in no parameter that a log or a report of
    // an error shows.
    const text = await this.#server.post({
      ...{ ...request, contentType: 'text/plain' },
      body: JSON.stringify({ credential, call: encodeCall(call) }),
    });
    if (text === null) throw this.#server.refusedHost(request);
    const answer = parseAnswer(text);
    if (isObject(answer) && answer['refused'] !== undefined) {
      throw new CallRefusedError(name, uid, readState(answer['refused']));
    }
    return readAnswer(answer, text, name);
  }

  stop(): void {
    this.#server.stop();
  }
}
