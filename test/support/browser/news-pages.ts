import type { Socket } from 'socket.io-client';

/** The beginning of a server module: the namespace /news, whose pages get the messages of the channel of that name. */
export const NEWS = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
}
SocketIO.addNamespace('/news', class extends OpenERPNameSpace {
  async recvConnect() { for (;;) await this.secureEmit(News, 'news', await this.listen(News)); }
});
`;

/** Pages that listen, and what each of them was shown: the numbers of the messages, in order. */
export class NewsPages {
  readonly shown: number[][] = [];

  /** A page that acknowledges at once what comes with the event `news`. */
  add(socket: Socket): void {
    const numbers: number[] = [];
    this.shown.push(numbers);
    socket.on('news', (messages: readonly { n: number }[], acknowledge: (answer: object) => void) => {
      for (const { n } of messages) numbers.push(n);
      acknowledge({ ok: true });
    });
  }

  /** The number of messages of the page that has fewest. */
  get least(): number {
    return Math.min(...this.shown.map(({ length }) => length));
  }
}

/** The numbers from 1. */
export function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
