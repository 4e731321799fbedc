import { vi } from 'vitest';
import type { Client } from '../../../addon/web_live/src/page/client.ts';
import { Hands } from '../../../addon/web_live/src/page/hands.ts';
import { LiveSocket } from '../../../addon/web_live/src/page/live-socket.ts';
import { Names } from '../../../addon/web_live/src/page/names.ts';
import { OwnWrites } from '../../../addon/web_live/src/page/own-writes.ts';

class FakeNode extends EventTarget {}

class FakeInput extends FakeNode {
  value: string;

  constructor(value: string) {
    super();
    this.value = value;
  }
}

export const ANNA = 7;
export const BERTA = 8;

/** A page without a browser: as much of its document, of Owl and of the sidecar as live views use. Call it after the clock is faked. */
export function makeFakePage() {
  const body = new FakeNode();
  const element = Object.assign(new FakeNode(), {
    contains: (node: unknown) => node === element,
    querySelector: () => null,
    querySelectorAll: () => [],
  });
  const document = {
    ...{ visibilityState: 'visible', activeElement: body as unknown, body },
    querySelector: () => null,
  };
  vi.stubGlobal('document', document);
  vi.stubGlobal('Node', FakeNode);
  const handlers = new Map<string, (...args: never[]) => unknown>();
  const remote = {
    on(event: string, handler: (...args: never[]) => unknown) {
      handlers.set(event, handler);
      return remote as never;
    },
    subscribe: () => () => undefined,
  };
  const rpc = new EventTarget();
  const written = (type: string) =>
    rpc.dispatchEvent(
      Object.assign(new Event(type), { detail: { data: { params: { method: 'web_save' } } } }),
    );
  const client: Client = {
    owl: {
      useState: (state) => state,
      reactive: (target, callback) => {
        draw.add(callback);
        return target;
      },
      toRaw: (target) => target,
      onPatched: () => undefined,
      onWillDestroy: () => undefined,
    },
    socket: new LiveSocket(
      () => remote,
      () => undefined,
    ),
    hands: new Hands(element),
    names: new Names(async (_model, [id]) => [{ id, name: id === ANNA ? 'Anna' : 'Berta' }]),
    ownWrites: new OwnWrites(rpc),
    self: () => ANNA,
    report: (text, error) => reported.push(text, error),
  };
  const tell = (type: string, target: unknown) =>
    element.dispatchEvent(Object.defineProperty(new Event(type), 'target', { value: target }));
  const draw = new Set<() => void>();
  const reported: unknown[] = [];
  return {
    ...{ client, element, document, reported },
    hear: (event: string, ...args: unknown[]) => handlers.get(event)?.(...(args as never[])),
    /** Odoo has changed something that the view reads. */
    change: () => {
      for (const callback of draw) callback();
    },
    press: (type: 'keydown' | 'pointerdown' | 'pointerup') => element.dispatchEvent(new Event(type)),
    /** Goes into a field with that text. */
    focus: (text: string) => {
      const input = new FakeInput(text);
      document.activeElement = input;
      tell('focusin', input);
      return input;
    },
    blur: () => {
      const { activeElement } = document;
      document.activeElement = body;
      tell('focusout', activeElement);
    },
    /** This page has saved something. */
    write: () => {
      written('RPC:REQUEST');
      written('RPC:RESPONSE');
    },
  };
}
