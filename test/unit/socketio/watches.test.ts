import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry } from '../../../sidecar/src/api/adapter-registry.ts';
import { ChannelHub } from '../../../sidecar/src/delivery/each/channel-hub.ts';
import { MessageLog } from '../../../sidecar/src/delivery/each/log/message-log.ts';
import { Sequence } from '../../../sidecar/src/delivery/each/log/sequence.ts';
import { HandlerRun } from '../../../sidecar/src/socketio/handlers/handler-run.ts';
import { HandlerRuns } from '../../../sidecar/src/socketio/handlers/handler-runs.ts';
import { Watches } from '../../../sidecar/src/socketio/reading/watches.ts';

class Changes extends AbstractAdapter {
  static override readonly channel = 'record';
  static override readonly mode = 'each';
  static override readonly key = 'id';
}

function open() {
  const declared = new AdapterRegistry().declare(Changes, 'base');
  const watches = new Watches(new ChannelHub(new MessageLog(new Sequence())));
  const nothing = () => undefined;
  const runs = new HandlerRuns({
    ...{ failed: nothing, happened: nothing, recovered: nothing, forgot: nothing },
  });
  const start = (handler: () => unknown) =>
    runs.start({ label: 'open', addon: 'base', startSeq: 0, fromBase: false }, handler);
  const watch = (...keys: unknown[]) => watches.add(declared, keys, HandlerRun.require('watch'));
  return { declared, watches, runs, start, watch };
}

it('A handler watches for as long as a key of its is left, also when it has ended', () => {
  const { declared, watches, start, watch } = open();
  const one = start(() => watch(1, 2));
  const two = start(() => watch(2, 3));
  expect([one.ended, one.watching, two.watching]).toEqual([true, true, true]);
  watches.delete(declared, [1, 2]);
  expect([one.watching, two.watching]).toEqual([false, true]);
  two.abort();
  expect(two.watching).toBe(false);
  expect([...watches.of(declared).keys]).toEqual([]);
});

it('A handler that watches the same again and again, or one after the other, is ended by one call', () => {
  const { declared, watches, start } = open();
  let asked = 0;
  start(() => {
    const run = HandlerRun.require('watch');
    const owner = new Proxy(run.owner, {
      get: (target, name) => {
        if (name === 'watches') asked += 1;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const mine = new HandlerRun({ label: 'open', addon: 'base', startSeq: 0, fromBase: false, owner });
    watches.add(declared, [0], mine);
    for (let key = 1; key < 100; key += 1) {
      watches.add(declared, [0, key, key], mine);
      watches.delete(declared, [key]);
    }
  });
  expect(asked).toBe(1);
  expect([...watches.of(declared).keys]).toEqual([0]);
});

it('Nothing is watched by a run that was stopped', () => {
  const { declared, watches, start, watch } = open();
  start(() => {
    HandlerRun.require('watch').stop();
    watch(1);
  });
  expect([...watches.of(declared).keys]).toEqual([]);
});
