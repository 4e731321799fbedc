import { ConnectionRecord } from './state/connection-record.ts';
import type { ConnectionState } from './state/connection-state.ts';
import type { FetchToken } from './token/token.ts';
import { WebClientPage } from './web-client-page.ts';

/** The page of a web client that shows its user how it is connected. */
export class RecordedPage extends WebClientPage {
  readonly #record: ConnectionRecord;

  constructor(fetchToken: FetchToken) {
    const record = new ConnectionRecord();
    super(fetchToken, record);
    this.#record = record;
  }

  /** What it can say of its connection at this moment. */
  get state(): ConnectionState {
    return this.#record.stateOf(this.known);
  }
}
