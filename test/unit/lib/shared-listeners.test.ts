import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { shareListeners } from '../../../sidecar/src/lib/shared-listeners.ts';

class Named extends EventEmitter {
  readonly heard: string[] = [];
}

function hear(this: Named, what: string): void {
  this.heard.push(`heard ${what}`);
}

function listen(this: Named, what: string): void {
  this.heard.push(`listened to ${what}`);
}

/** Two that listen to the same. */
function pair(): [Named, Named] {
  const made = [new Named(), new Named()].map((named) =>
    named.on('news', hear).on('news', listen).on('end', hear),
  );
  for (const one of made) shareListeners(one);
  const [one, other] = made;
  if (one === undefined || other === undefined) throw new Error('There are two.');
  return [one, other];
}

const tableOf = (emitter: EventEmitter): unknown => Reflect.get(emitter, '_events');

it('keeps one table for all that listen to the same, and tells each of them what is its own', () => {
  const [one, other] = pair();
  // Fails if Node keeps listeners elsewhere.
  expect(tableOf(one)).toBe(tableOf(other));
  expect(Object.keys(Object(tableOf(one)))).toEqual(['news', 'end']);
  expect(one).toBeInstanceOf(Named);
  one.emit('news', 'first');
  other.emit('end', 'second');
  expect([one.heard, other.heard]).toEqual([['heard first', 'listened to first'], ['heard second']]);
  expect(one.listeners('news')).toEqual([hear, listen]);
  expect(one.listenerCount('end')).toBe(1);
});

const CHANGES: Record<string, (named: Named) => unknown> = {
  on: (named) => named.on('news', listen),
  addListener: (named) => named.addListener('other', listen),
  prependListener: (named) => named.prependListener('end', listen),
  once: (named) => named.once('news', listen),
  prependOnceListener: (named) => named.prependOnceListener('other', listen),
  off: (named) => named.off('news', hear),
  removeListener: (named) => named.removeListener('end', hear),
  removeAllListeners: (named) => named.removeAllListeners(),
};

it.each(Object.entries(CHANGES))('%s changes the one alone', (_name, change) => {
  const [one, other] = pair();
  const [same] = pair();
  const plain = new Named().on('news', hear).on('news', listen).on('end', hear);
  change(one);
  change(plain);
  for (const named of [one, plain]) for (const event of ['news', 'end', 'other']) named.emit(event, 'it');
  for (const named of [one, plain]) named.emit('news', 'again');
  expect(one.heard).toEqual(plain.heard);
  expect(one.eventNames()).toEqual(plain.eventNames());
  other.emit('news', 'it');
  other.emit('end', 'it');
  expect(other.heard).toEqual(['heard it', 'listened to it', 'heard it']);
  expect(tableOf(other)).toBe(tableOf(same));
});

it('shares again what was changed and is the same again', () => {
  const [one, other] = pair();
  one.off('end', hear);
  expect(tableOf(one)).not.toBe(tableOf(other));
  one.on('end', hear);
  shareListeners(one);
  shareListeners(one);
  expect(tableOf(one)).toBe(tableOf(other));
});

it('leaves alone whom somebody listens to once', () => {
  const [one, other] = [new Named(), new Named()].map((named) => named.once('news', hear));
  for (const named of [one, other]) if (named !== undefined) shareListeners(named);
  one?.emit('news', 'it');
  one?.emit('news', 'it');
  other?.emit('news', 'it');
  expect([one?.heard, other?.heard]).toEqual([['heard it'], ['heard it']]);
});

it('keeps the table of many, whatever single ones have besides', () => {
  const [one] = pair();
  for (let number = 0; number < 20; number += 1) {
    const single = new Named().on('news', () => number);
    shareListeners(single);
    const [same] = pair();
    expect(tableOf(same)).toBe(tableOf(one));
  }
});

function leave(this: Named, what: string): void {
  this.heard.push(`left at ${what}`);
  this.off('news', leave);
}

it.each([false, true])(
  'tells all who listened when one of them leaves meanwhile, also if it had a table of its own: %s',
  (isChanged) => {
    const [one, other] = [new Named(), new Named()].map((named) => named.on('news', leave).on('news', hear));
    for (const named of [one, other]) if (named !== undefined) shareListeners(named);
    if (isChanged) one?.on('news', listen);
    one?.emit('news', 'it');
    one?.emit('news', 'again');
    const last = (what: string) => (isChanged ? [`listened to ${what}`] : []);
    expect(one?.heard).toEqual(['left at it', 'heard it', ...last('it'), 'heard again', ...last('again')]);
    other?.emit('news', 'it');
    expect(other?.heard).toEqual(['left at it', 'heard it']);
  },
);
