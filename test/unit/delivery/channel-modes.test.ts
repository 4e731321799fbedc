import { expect, it } from 'vitest';
import { AbstractAdapter } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry } from '../../../sidecar/src/api/adapter-registry.ts';
import { ChannelModes } from '../../../sidecar/src/delivery/channel-modes.ts';

class First extends AbstractAdapter {
  static override readonly channel = 'shared';
  static override readonly mode = 'each';
}
class Second extends AbstractAdapter {
  static override readonly channel = 'shared';
}

it('refuses the later of two adapters that disagree, and names both addons', () => {
  const adapters = new AdapterRegistry();
  const first = adapters.declare(First, 'first_addon');
  const second = adapters.declare(Second, 'second_addon');
  const modes = new ChannelModes({ adapters }, () => true);
  expect(() => modes.check(first)).not.toThrow();
  expect(() => modes.check(second)).toThrow(
    "The channel 'shared' is 'each' by First of the addon 'first_addon', and cannot be 'queue' for Second of 'second_addon' as well.",
  );
  expect(modes.conflicts()).toMatchObject([{ code: 'channel_mode_conflict' }]);
});

it('looks only at what is installed in its database', () => {
  const adapters = new AdapterRegistry();
  adapters.declare(First, 'first_addon');
  const second = adapters.declare(Second, 'second_addon');
  const modes = new ChannelModes({ adapters }, (addon) => addon === 'second_addon');
  expect(() => modes.check(second)).not.toThrow();
  expect(modes.get('shared')).toBe('queue');
  expect(modes.get('unknown')).toBeUndefined();
});

it('refuses a second adapter of the same name in one addon: their positions would be one', () => {
  const adapters = new AdapterRegistry();
  const known = adapters.declare(First, 'my_addon');
  expect(adapters.declare(First, 'my_addon')).toBe(known);
  const impostor = { First: class extends AbstractAdapter {} }.First;
  Object.defineProperties(impostor, { channel: { value: 'other' }, name: { value: 'First' } });
  expect(() => adapters.declare(impostor, 'my_addon')).toThrow("has two adapters with the name 'First'");
  expect(adapters.declare(First, 'other_addon').key).toBe('other_addon.First');
});

it.each([
  [{ channel: '' }, 'has no channel'],
  [{ channel: 'web_socketio.control' }, 'belongs to web_socketio'],
  [{ channel: 'a', mode: 'all' }, `in mode "all". Use 'each' or 'queue'`],
  [{ channel: 'a', key: 7 }, 'has the key 7'],
])('refuses an adapter with %j', (fields, message) => {
  class Wrong extends AbstractAdapter {}
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(Wrong, name, { value });
  expect(() => new AdapterRegistry().declare(Wrong, 'my_addon')).toThrow(message);
});
