import { AskedAdapter, type Mode } from '../../../sidecar/src/api/adapter.ts';
import { AdapterRegistry, type DeclaredAdapter } from '../../../sidecar/src/api/adapter-registry.ts';
import type { Message } from '../../../sidecar/src/api/message.ts';

/** What waits for a promise is told of it. */
export const settled = () => new Promise(setImmediate);

export const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What an adapter was asked, until the test answers it. */
export interface Question {
  readonly ids: readonly string[];
  readonly args: readonly unknown[];
  /** Takes the messages with these ids. */
  take(...ids: string[]): void;
  answer(value: unknown): void;
  fail(error: Error): void;
}

/** An adapter that answers when the test says so, and what it was asked, oldest first. */
export function lateAdapter(channel: string, mode: Mode, key: string | null = null) {
  const questions: Question[] = [];
  class Late extends AskedAdapter {
    static override readonly channel = channel;
    static override readonly mode = mode;
    static override readonly key = key;

    override ask(messages: readonly Message[], args: readonly unknown[]): Promise<readonly Message[]> {
      return new Promise((resolve, reject) => {
        const answer = (value: unknown) => Reflect.apply(resolve, null, [value]);
        questions.push({
          ...{ ids: messages.map(({ id }) => id), args, answer, fail: reject },
          take: (...ids) => answer(messages.filter(({ id }) => ids.includes(id))),
        });
      });
    }

    override format(message: Message): unknown {
      return message.id;
    }
  }
  const declared: DeclaredAdapter = new AdapterRegistry().declare(Late, 'my_addon');
  return { declared, questions };
}
