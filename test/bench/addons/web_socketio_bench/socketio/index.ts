import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, type AdapterClass, type Message, OpenERPNameSpace, SocketIO } from 'web_socketio';

class RateAdapter extends AbstractAdapter {
  static override readonly channel = 'bench';
  static override readonly mode = 'each';
}

/** Counts what the sidecar read. */
class CountNameSpace extends OpenERPNameSpace {
  #count = 0;

  override async recvConnect(): Promise<void> {
    while (true) this.#count += (await this.listen(RateAdapter)).length;
  }

  on_count(): number {
    return this.#count;
  }
}

SocketIO.addNamespace('/bench', CountNameSpace);

/** What is for one user, found by its key: what one would write who expects many pages. */
abstract class UserAdapter extends AbstractAdapter {
  static override readonly key = 'to_id';
}

class OneAdapter extends UserAdapter {
  static override readonly channel = 'bench_one';
  static override readonly mode = 'each';
}

class QueueOneAdapter extends UserAdapter {
  static override readonly channel = 'bench_queue_one';
  static override readonly mode = 'queue';
}

class AllAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_all';
  static override readonly mode = 'each';
}

/** One at a time, so that the pages share the work. */
class QueueAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_queue';
  static override readonly mode = 'queue';

  override get(messages: readonly Message[]): Message[] {
    return messages.slice(0, 1);
  }
}

/** A page that wants messages of a channel emits its name. */
function deliver(adapterClass: AdapterClass): void {
  LongPollingNameSpace.on(adapterClass.channel, { adapterClass }, async (session) => {
    while (true) await session.secureEmit('bench', await session.listen(session.uid));
  });
}

for (const adapterClass of [OneAdapter, QueueOneAdapter, AllAdapter, QueueAdapter]) deliver(adapterClass);
