import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, type Message, OpenERPNameSpace, SocketIO } from 'web_socketio';

class AllAdapter extends AbstractAdapter {
  static override readonly channel = 'bench';
  static override readonly mode = 'each';
}

/** Counts what the sidecar read. */
class CountNameSpace extends OpenERPNameSpace {
  #count = 0;

  override async recvConnect(): Promise<void> {
    while (true) this.#count += (await this.listen(AllAdapter)).length;
  }

  on_count(): number {
    return this.#count;
  }
}

SocketIO.addNamespace('/bench', CountNameSpace);

class OneAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_one';
  static override readonly mode = 'each';

  override get(messages: readonly Message[], uid: number): Message[] {
    return messages.filter(({ values }) => values['to_id'] === uid);
  }
}

LongPollingNameSpace.on('bench', { adapterClass: OneAdapter, eventtype: 'connect' }, async (session) => {
  while (true) await session.secureEmit('bench', await session.listen(session.uid));
});
