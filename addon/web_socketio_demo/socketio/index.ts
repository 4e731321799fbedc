import './chat.ts';
import './task.ts';
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter } from 'web_socketio';

const EVENT = 'web_socketio_demo.notification';

/** Each page of the recipient gets its own copy. */
class NotificationAdapter extends AbstractAdapter {
  static override readonly channel = 'web_socketio_demo';
  static override readonly mode = 'each';
  static override readonly key = 'to_id';
}

LongPollingNameSpace.on(
  EVENT,
  { adapterClass: NotificationAdapter, eventtype: 'connect' },
  async (session) => {
    for await (const notifications of session.messages(session.uid)) {
      await session.secureEmit(EVENT, notifications);
    }
  },
);
