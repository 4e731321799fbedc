import { AbstractAdapter, type AdapterClass, type Message, type Mode } from 'web_socketio';

export class Everything extends AbstractAdapter {
  static readonly channel = 'mine';
  static readonly mode = 'queue';
  static readonly key = 'to_id';

  override get(messages: readonly Message[], uid: number, room?: string): Message[] {
    return messages.filter(({ values }) => values['to_id'] === uid && values['room'] === room);
  }

  override format({ values }: Message, uid: number): { text: string; uid: number } {
    return { text: String(values['text']), uid };
  }
}

const given: AdapterClass[] = [Everything, class Nothing extends AbstractAdapter {}];
export const modes: Mode[] = given.map(({ mode }) => mode);

// @ts-expect-error: 'each' or 'queue'.
export class WrongMode extends AbstractAdapter {
  static readonly mode = 'all';
}

// @ts-expect-error: the name of a value.
export class WrongKey extends AbstractAdapter {
  static readonly key = 7;
}

// @ts-expect-error: a name.
export class WrongChannel extends AbstractAdapter {
  static readonly channel = null;
}

export class WrongMethods extends AbstractAdapter {
  // @ts-expect-error: messages are returned, not their values.
  override get(messages: readonly Message[]): unknown[] {
    return messages.map(({ values }) => values);
  }

  // @ts-expect-error: it is given a message.
  override format(text: string): string {
    return text;
  }
}

export class WrongChange extends AbstractAdapter {
  override get(messages: readonly Message[]): Message[] {
    // @ts-expect-error: the list belongs to all sockets.
    messages.pop();
    // @ts-expect-error: choose among them.
    return messages;
  }
}

// @ts-expect-error: no object can be made of it.
new AbstractAdapter();
