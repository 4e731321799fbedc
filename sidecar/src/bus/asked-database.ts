import { AskQueue } from './ask-queue.ts';
import type { BusReply } from './bus-ask.ts';
import type { BusGateway } from './bus-gateway.ts';
import { HeldSessions } from './held-sessions.ts';

/** One database, with what its bus sockets ask Odoo. */
export class AskedDatabase {
  readonly gateway: BusGateway;
  readonly queue: AskQueue;
  readonly sessions: HeldSessions;

  /** @param running requests to Odoo at a time */
  constructor(gateway: BusGateway, running: number, replied: (reply: BusReply) => void) {
    this.gateway = gateway;
    this.queue = new AskQueue({
      ...{ running, replied },
      ask: (origin, asks) => gateway.askBus(origin, asks),
    });
    this.sessions = new HeldSessions(gateway);
  }

  /** May be called twice. */
  stop(): void {
    this.queue.stop();
    this.sessions.stop();
  }
}
