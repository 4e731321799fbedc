import type { ServerModules } from './test-sidecar.ts';

/** A server module whose namespace /mine sends its pages what they listen to: the channel each, and the queue. */
export const BOTH_MODES: ServerModules = {
  web_socketio_demo: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends AbstractAdapter { static channel = 'queue'; }
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('each', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(Each, 'each', await this.listen(Each));
    });
    this.spawn('queue', 'web_socketio_demo', async () => {
      for (;;) await this.secureEmit(Queue, 'queue', await this.listen(Queue));
    });
  }
}
SocketIO.addNamespace('/mine', Mine);
`,
};
