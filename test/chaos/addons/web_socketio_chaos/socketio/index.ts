import { appendFileSync } from 'node:fs';
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, type Message, OpenERPNameSpace, SocketIO } from 'web_socketio';

/** So that many listeners share a queue, and a batch that is refused is not all of it. */
const BATCH = 20;

/** What the pages of the suite get: the id, by which they count, and the values. */
abstract class CountedAdapter extends AbstractAdapter {
  override format({ id, values }: Message): object {
    return { id, values };
  }
}

class EachAdapter extends CountedAdapter {
  static override readonly channel = 'chaos_each';
  static override readonly mode = 'each';
}

class FloodAdapter extends CountedAdapter {
  static override readonly channel = 'chaos_flood';
  static override readonly mode = 'each';
}

class QueueAdapter extends CountedAdapter {
  static override readonly channel = 'chaos_queue';
  static override readonly mode = 'queue';

  override get(messages: readonly Message[]): Message[] {
    return messages.slice(0, BATCH);
  }
}

LongPollingNameSpace.on('each', { adapterClass: EachAdapter, eventtype: 'connect' }, async (session) => {
  for (;;) await session.secureEmit('each', await session.listen());
});

class FloodNameSpace extends OpenERPNameSpace {
  override async recvConnect(): Promise<void> {
    for (;;) await this.secureEmit(FloodAdapter, 'flood', await this.listen(FloodAdapter));
  }
}
SocketIO.addNamespace('/chaos_flood', FloodNameSpace);

class QueueNameSpace extends OpenERPNameSpace {
  override async recvConnect(): Promise<void> {
    for (;;) await this.#pass(await this.listen(QueueAdapter));
  }

  async #pass(messages: readonly unknown[]): Promise<void> {
    note('taken', messages);
    try {
      const confirmed = await this.secureEmit(QueueAdapter, 'queue', messages);
      note(confirmed ? 'confirmed' : 'refused', messages);
    } catch (error) {
      note('dropped', messages);
      throw error;
    }
  }
}
SocketIO.addNamespace('/chaos_queue', QueueNameSpace);

/** Written at once, so that it outlives a SIGKILL. */
function note(what: string, messages: readonly unknown[]): void {
  const folder = process.env['CHAOS_JOURNAL'];
  if (folder === undefined) throw new Error('CHAOS_JOURNAL is not set. Give the folder to write to.');
  const ids = messages.map((message) => (isCounted(message) ? message.id : '?'));
  appendFileSync(`${folder}/${process.pid}.txt`, `${what} ${ids.join(',')}\n`);
}

function isCounted(message: unknown): message is { id: string } {
  return typeof message === 'object' && message !== null && 'id' in message && typeof message.id === 'string';
}
