import { AbstractAdapter } from 'web_socketio';
import { register } from './handler-registry.ts';

const EVENT = 'web_socketio.test';

/** Only an operator can send one, and only to the own pages: see `web_socketio.test.message`. */
class TestMessageAdapter extends AbstractAdapter {
  static override readonly channel = 'web_socketio.test';
  static override readonly mode = 'each';
  static override readonly key = 'to_id';
}

// A page asks for this when its operator does, and so it costs nobody else anything.
register(EVENT, { adapterClass: TestMessageAdapter }, async (session) => {
  // It sends when it hears that: what comes then has a listener.
  session.emit(`${EVENT}.ready`);
  for await (const messages of session.messages(session.uid)) await session.secureEmit(EVENT, messages);
});
