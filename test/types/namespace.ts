import { expectTypeOf } from 'vitest';
import {
  AbstractAdapter,
  type EventDescription,
  type Message,
  OpenERPNameSpace,
  type Run,
  type Session,
  SocketIO,
  SocketIOError,
} from 'web_socketio';

class Mine extends AbstractAdapter {
  static readonly channel = 'mine';
  static readonly mode = 'each';
}

export class MyNameSpace extends OpenERPNameSpace {
  async on_everything(text: string, count = 1): Promise<number> {
    expectTypeOf(this.session).toEqualTypeOf<Session>();
    expectTypeOf(this.uid).toEqualTypeOf<number>();
    expectTypeOf(this.context['lang']).toEqualTypeOf<unknown>();
    expectTypeOf(this.listen(Mine, text, count)).toEqualTypeOf<Promise<unknown[]>>();
    expectTypeOf(this.messages(Mine)).toEqualTypeOf<AsyncGenerator<unknown[], void, undefined>>();
    for await (const messages of this.messages(Mine, this.uid))
      expectTypeOf(messages).toEqualTypeOf<unknown[]>();
    expectTypeOf(this.watched(Mine)).toEqualTypeOf<AsyncGenerator<unknown[], void, undefined>>();
    expectTypeOf(this.watch(Mine, 7, 'seven')).toEqualTypeOf<void>();
    expectTypeOf(this.unwatch(Mine, count)).toEqualTypeOf<void>();
    expectTypeOf(this.secureEmit(Mine, 'event', text)).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(this.validate(Mine, true)).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(this.notify('mine', { text })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(this.broadcastEvent('event', 1, null, {})).toEqualTypeOf<Promise<void>>();
    expectTypeOf(this.spawn('label', 'my_addon', () => undefined)).toEqualTypeOf<Run>();
    expectTypeOf(this.isInstalled('sale')).toEqualTypeOf<boolean>();
    return count;
  }

  async refusals(run: Run): Promise<void> {
    // @ts-expect-error: who is connected cannot be changed.
    this.session.uid = 1;
    // @ts-expect-error
    this.uid = 1;
    // @ts-expect-error
    this.context['lang'] = 'fr_FR';
    // @ts-expect-error: the adapter is missing.
    await this.listen();
    // @ts-expect-error: a channel is no adapter.
    await this.listen('mine');
    // @ts-expect-error: no class that extends AbstractAdapter.
    await this.listen(class {});
    // @ts-expect-error: the class, not an object of it.
    await this.listen(new Mine());
    // @ts-expect-error: keys are numbers and texts.
    this.watch(Mine, { id: 7 });
    // @ts-expect-error: several keys are several arguments.
    this.watch(Mine, [7, 8]);
    // @ts-expect-error: valid or not?
    await this.validate(Mine);
    // @ts-expect-error: the event is missing.
    await this.secureEmit(Mine);
    // @ts-expect-error: values are an object.
    await this.notify('mine', 'text');
    // @ts-expect-error: a name is wanted.
    this.emit(7);
    // @ts-expect-error
    run.ended = true;
  }

  override recvEvent(event: string, args: readonly unknown[]): unknown {
    // @ts-expect-error: what the page sent is as it is.
    args.push(event);
    return super.recvEvent(event, args);
  }

  override getInitialAcl(): null {
    return null;
  }

  override async stopServer(): Promise<void> {}

  static override describeEvents(): EventDescription[] {
    return [{ event: 'everything' }];
  }
}

export class Wrong extends OpenERPNameSpace {
  // @ts-expect-error: names of events, or null.
  override getInitialAcl(): number[] {
    return [1];
  }

  // @ts-expect-error: it is given the event and its arguments.
  override recvEvent(event: number): unknown {
    return event;
  }

  // @ts-expect-error: it is called with nothing.
  override recvConnect(session: Session): unknown {
    return session;
  }

  // @ts-expect-error
  override recvDisconnect(reason: string): unknown {
    return reason;
  }

  // @ts-expect-error
  override stopServer(seconds: number): unknown {
    return seconds;
  }

  // @ts-expect-error
  override on_session_id(id: string): unknown {
    return id;
  }

  // @ts-expect-error: a hook of that name does not exist.
  override recv_connect(): void {}
}

SocketIO.addNamespace('/mine', MyNameSpace);
SocketIO.addAdapter(Mine);
expectTypeOf(SocketIO.addon).toEqualTypeOf<string>();
// @ts-expect-error: no class that extends OpenERPNameSpace.
SocketIO.addNamespace('/mine', class {});
// @ts-expect-error
SocketIO.addNamespace(MyNameSpace);
// @ts-expect-error
SocketIO.addAdapter(MyNameSpace);
// @ts-expect-error: the sidecar decides.
SocketIO.addon = 'other';

const error = new SocketIOError('sold_out', 'Order fewer.', { retry: true });
expectTypeOf(error.code).toEqualTypeOf<string>();
expectTypeOf(error).toExtend<Error>();
// @ts-expect-error: a message for people is needed.
new SocketIOError('sold_out');

export function change(message: Message): void {
  expectTypeOf(message.uid).toEqualTypeOf<number | null>();
  // @ts-expect-error: all sockets share it.
  message.values['text'] = 'other';
  // @ts-expect-error
  message.id = '1';
}
