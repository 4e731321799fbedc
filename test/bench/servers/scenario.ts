import type { BareServerOptions } from './bare-server.ts';

/** What both servers are asked to do. */
export interface Scenario {
  readonly sockets: number;
  /** A channel of the benchmark's server module, and the event by which a page begins to listen to it. */
  readonly channel:
    | 'bench_one'
    | 'bench_all'
    | 'bench_single'
    | 'bench_awaited'
    | 'bench_queue_one'
    | 'bench_queue'
    | 'bench_chosen';
  readonly baseline: BareServerOptions['kind'];
  /** Can ours ask Odoo about sessions? Somebody at its address finds all of them good. */
  readonly checks?: boolean;
  /** Do pages keep their positions, to come back to them? */
  readonly keeps?: boolean;
}

/** Whether all pages get each message of the channel. */
export function isForAll({ channel }: Scenario): boolean {
  return channel === 'bench_all' || channel === 'bench_single' || channel === 'bench_awaited';
}
