import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, type AdapterClass } from 'web_socketio';

/** How many channels there are besides the others: a page listens to number 3 by the event `limit_3`. */
const CHANNELS = Number(process.env['LIMIT_CHANNELS'] ?? 0);

/** A page that wants messages of a channel emits its name. */
function deliver(adapterClass: AdapterClass): void {
  LongPollingNameSpace.on(adapterClass.channel, { adapterClass }, async (session) => {
    while (true) await session.secureEmit('bench', await session.listen(session.uid));
  });
}

class AllAdapter extends AbstractAdapter {
  static override readonly channel = 'limit_all';
  static override readonly mode = 'each';
}
deliver(AllAdapter);

class QueueAdapter extends AbstractAdapter {
  static override readonly channel = 'limit_queue';
  static override readonly mode = 'queue';
  static override readonly key = 'to_id';
}
deliver(QueueAdapter);

function adapterFor(channel: string, name: string): AdapterClass {
  const made = class extends AbstractAdapter {
    static override readonly channel = channel;
    static override readonly mode = 'each';
    static override readonly key = 'to_id';
  };
  Object.defineProperty(made, 'name', { value: name });
  return made;
}

deliver(adapterFor('limit_one', 'One'));
for (let number = 0; number < CHANNELS; number += 1) deliver(adapterFor(`limit_${number}`, `Limit${number}`));
