import type { Consumer } from '../listening/consumer.ts';
import type { PassedOver } from './cursor-batch.ts';

/** Waits for the messages that a cursor reads. Those that fail stay with the cursor, and may be passed over. */
export interface CursorConsumer extends Consumer, PassedOver {
  /** Messages were dropped before this client read them. */
  behind(): void;
}
