import { monitorEventLoopDelay } from 'node:perf_hooks';
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

/** Its handler gives each message a packet of its own. */
class SingleAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_single';
  static override readonly mode = 'each';
}

/** One at a time: the next one when the page has the last. */
class AwaitedAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_awaited';
  static override readonly mode = 'each';

  override get(messages: readonly Message[]): Message[] {
    return messages.slice(0, 1);
  }
}

/** One at a time, so that the pages share the work. */
class QueueAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_queue';
  static override readonly mode = 'queue';

  override get(messages: readonly Message[]): Message[] {
    return messages.slice(0, 1);
  }
}

/** What is for one user, without a key: each page is asked. */
class ChosenAdapter extends AbstractAdapter {
  static override readonly channel = 'bench_chosen';
  static override readonly mode = 'each';

  override get(messages: readonly Message[], uid: number): Message[] {
    return messages.filter(({ values }) => values['to_id'] === uid);
  }
}

/** A page that wants messages of a channel emits its name. */
function deliver(adapterClass: AdapterClass): void {
  LongPollingNameSpace.on(adapterClass.channel, { adapterClass }, async (session) => {
    while (true) await session.secureEmit('bench', await session.listen(session.uid));
  });
}

for (const adapterClass of [
  OneAdapter,
  QueueOneAdapter,
  AllAdapter,
  AwaitedAdapter,
  ChosenAdapter,
  QueueAdapter,
]) {
  deliver(adapterClass);
}

LongPollingNameSpace.on(SingleAdapter.channel, { adapterClass: SingleAdapter }, async (session) => {
  while (true) {
    const messages = await session.listen(session.uid);
    await Promise.all(messages.map((message) => session.secureEmit('bench', [message])));
  }
});

const MANY = 50;
for (let number = 0; number < MANY; number += 1) {
  const made = class extends AbstractAdapter {
    static override readonly channel = `bench_many_${number}`;
    static override readonly mode = 'each';
  };
  Object.defineProperty(made, 'name', { value: `Many${number}` });
  deliver(made);
}

LongPollingNameSpace.on('bench_echo', {}, (_session, value: unknown) => value);

const TICK_MS = 5;

/** How long the event loop stands still. */
class GaugeNameSpace extends OpenERPNameSpace {
  static readonly #delay = monitorEventLoopDelay({ resolution: TICK_MS });

  constructor(...args: ConstructorParameters<typeof OpenERPNameSpace>) {
    super(...args);
    GaugeNameSpace.#delay.enable();
  }

  /** The longest pause since the last call, in milliseconds. */
  on_pause(): number {
    const longest = GaugeNameSpace.#delay.max / 1e6 - TICK_MS;
    GaugeNameSpace.#delay.reset();
    return longest;
  }
}
SocketIO.addNamespace('/bench_gauge', GaugeNameSpace);
