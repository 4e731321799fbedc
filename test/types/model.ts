import { expectTypeOf } from 'vitest';
import type { Model } from 'web_socketio';

export async function callIn(model: Model): Promise<void> {
  expectTypeOf(model.read([1], ['name'])).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(model.search_count([])).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(model.format_message(1, [{ text: 'hello' }])).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(model.call('search_read', [[]], { limit: 1 })).toEqualTypeOf<Promise<unknown>>();
  expectTypeOf(model.call('context_get')).toEqualTypeOf<Promise<unknown>>();
  // @ts-expect-error: the name of a method.
  await model.call(7);
  // @ts-expect-error: a list of arguments.
  await model.call('read', { ids: [1] });
  // @ts-expect-error: keywords by name.
  await model.call('read', [], [1]);
  // @ts-expect-error: what comes back has to be looked at first.
  (await model.read([1], ['name'])).length;
}
