import { expect, it } from 'vitest';
import { LongPollingSession } from '../../addon/web_longpolling/socketio/long-polling-session.ts';
import { SocketIO } from '../../addon/web_socketio/src/socketio.ts';
import * as events from '../../sidecar/protocol/events.ts';
import { Registry } from '../../sidecar/src/api/registry.ts';
import { AbstractAdapter, createApi, OpenERPNameSpace } from '../../sidecar/src/api/web_socketio.ts';
import { readText } from '../support/documents/markdown.ts';
import { API_PAGES, readNames } from '../support/documents/reference.ts';

const ENTRIES = ['sidecar/src/api/web_socketio.ts', 'addon/web_longpolling/socketio/index.ts'];
const api: object = createApi(new Registry());
const documented = readNames();

const methods = ({ prototype }: { prototype: object }) =>
  Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
const statics = (one: object) =>
  Object.getOwnPropertyNames(one).filter((name) => !['length', 'name', 'prototype'].includes(name));

/** Classes have sections of their own. */
const declarations = Object.keys(api).flatMap((name) => {
  if (name === 'SocketIO') return Object.keys(Reflect.get(api, name)).map((member) => `SocketIO.${member}`);
  return documented.some(({ section }) => section === name) ? [] : [name];
});
const session: object = Reflect.construct(LongPollingSession, [{ db: 'mydb', uid: 1, context: {} }, 'event']);

it.each([
  ['Declarations', declarations],
  ['OpenERPNameSpace', ['on_<event>', ...methods(OpenERPNameSpace), ...statics(OpenERPNameSpace)]],
  ['AbstractAdapter', [...methods(AbstractAdapter), ...statics(AbstractAdapter)]],
  ['LongPollingNameSpace', ['LongPollingNameSpace.on', 'stop event']],
  ['LongPollingSession', [...methods(LongPollingSession), ...Object.keys(session)]],
  ['Browser', ['SocketIO', ...methods(SocketIO), events.RESYNC, events.FAILURE]],
  ['Script or telephone', [events.ASK_SESSION, events.SESSION, events.ANSWER, events.POSITION]],
])('docs/api/ has a heading and an example for each name: %s', (section, names) => {
  expect(names).not.toEqual([]);
  const known = documented.filter((name) => name.section === section && name.hasExample);
  expect(names.filter((name) => !known.some((one) => one.name === name))).toEqual([]);
});

it('docs/api/ names every type that server modules can import', () => {
  const types = ENTRIES.flatMap((path) =>
    [...readText(path).matchAll(/^export type \{([^}]*)\}/gm)].flatMap(([, list = '']) =>
      list.split(',').map((name) => name.trim()),
    ),
  );
  expect(types).toContain('Message');
  const text = API_PAGES.map((page) => readText(page)).join('\n');
  expect(types.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
});
