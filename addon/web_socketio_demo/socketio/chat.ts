import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';

/** Each page that has joined gets its own copy. */
class ChatAdapter extends AbstractAdapter {
  static override readonly channel = 'web_socketio_demo.chat';
  static override readonly mode = 'each';
}

LongPollingNameSpace.on('web_socketio_demo.join', { adapterClass: ChatAdapter }, async (session) => {
  await session.broadcastEvent('web_socketio_demo.hello', session.uid);
  try {
    for await (const lines of session.messages()) await session.secureEmit('web_socketio_demo.said', lines);
  } finally {
    await session.broadcastEvent('web_socketio_demo.gone', session.uid);
  }
});

// The pages that are here answer a hello, so that who comes learns of them.
LongPollingNameSpace.on('web_socketio_demo.here', {}, (session) =>
  session.broadcastEvent('web_socketio_demo.here', session.uid),
);

LongPollingNameSpace.on('web_socketio_demo.say', {}, (session, text: unknown) =>
  session.notify('web_socketio_demo.chat', { uid: session.uid, text: `${text}` }),
);
