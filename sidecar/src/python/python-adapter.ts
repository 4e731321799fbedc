import { AbstractAdapter, type AdapterClass, AskedAdapter } from '../api/adapter.ts';
import type { Message } from '../api/message.ts';
import { askWorker } from './asking.ts';
import type { AdapterSpec } from './declares.ts';

/**
 * The class for an adapter in Python. Messages leave it whole: the worker brings them into their form. Where `get` is not
 * its own, nothing has to be asked.
 */
export function makeAdapter({ name, addon, channel, mode, key, chooses }: AdapterSpec): AdapterClass {
  const asked = `${addon}.${name}`;
  class Plain extends AbstractAdapter {
    static override readonly channel = channel;
    static override readonly mode = mode;
    static override readonly key = key;

    override format(message: Message): Message {
      return message;
    }
  }
  class Asked extends AskedAdapter {
    static override readonly channel = channel;
    static override readonly mode = mode;
    static override readonly key = key;

    override ask(messages: readonly Message[], args: readonly unknown[]): Promise<readonly Message[]> {
      return askWorker(asked, messages, args);
    }

    override format(message: Message): Message {
      return message;
    }
  }
  const made = chooses ? Asked : Plain;
  // Positions and messages of errors name it.
  Object.defineProperty(made, 'name', { value: name });
  return made;
}
