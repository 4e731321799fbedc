import { expectTypeOf } from 'vitest';
import { type Handler, LongPollingNameSpace, type LongPollingSession } from 'web_longpolling';
import { AbstractAdapter, type Model, OpenERPNameSpace, SocketIO } from 'web_socketio';

class Mine extends AbstractAdapter {
  static readonly channel = 'mine';
}

LongPollingNameSpace.on('event', { adapterClass: Mine }, async (session, text: string, count: number) => {
  expectTypeOf(session).toEqualTypeOf<LongPollingSession>();
  expectTypeOf(session.uid).toEqualTypeOf<number>();
  expectTypeOf(session.model('res.users')).toEqualTypeOf<Model>();
  expectTypeOf(session.listen(text, count)).toEqualTypeOf<Promise<unknown[]>>();
  expectTypeOf(session.messages(session.uid)).toEqualTypeOf<AsyncGenerator<unknown[], void, undefined>>();
  expectTypeOf(session.watched()).toEqualTypeOf<AsyncGenerator<unknown[], void, undefined>>();
  expectTypeOf(session.watch(count, text)).toEqualTypeOf<void>();
  expectTypeOf(session.unwatch(count)).toEqualTypeOf<void>();
  expectTypeOf(session.secureEmit('event', text)).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(session.validate(false)).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(session.broadcastEventNotMe('event')).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error
  session.uid = 1;
  // @ts-expect-error: the adapter is that of the registration.
  await session.validate(Mine, true);
  // @ts-expect-error: the event is missing.
  session.emit();
});
for (const eventtype of ['connect', 'on', 'disconnect'] as const) {
  LongPollingNameSpace.on('event', { eventtype }, () => undefined);
}
// @ts-expect-error: 'connect', 'on' or 'disconnect'.
LongPollingNameSpace.on('event', { eventtype: 'close' }, () => undefined);
// @ts-expect-error: no adapter.
LongPollingNameSpace.on('event', { adapterClass: OpenERPNameSpace }, () => undefined);
// @ts-expect-error: the class, not an object of it.
LongPollingNameSpace.on('event', { adapterClass: new Mine() }, () => undefined);
// @ts-expect-error: the name of Python.
LongPollingNameSpace.on('event', { adapter_class: Mine }, () => undefined);
// @ts-expect-error: options come before the handler.
LongPollingNameSpace.on('event', () => undefined);
// @ts-expect-error: a name is wanted.
LongPollingNameSpace.on(7, {}, () => undefined);
// @ts-expect-error: the first argument is the session.
export const wrong: Handler = (text: string) => text;

SocketIO.addNamespace('/mine', class extends LongPollingNameSpace {});
