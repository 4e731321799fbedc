import { AbstractAdapter, type Message, type Values } from 'web_socketio';

export const PRESENCE_CHANNEL = 'web_live_presence';

/** Which users one sidecar has on a record: said when that changes, and when another sidecar asks. */
export class PresenceRow {
  /** The key of the record. */
  readonly key: string;
  /** The sidecar, as long as its server modules are loaded. */
  readonly host: string;
  /** None: nobody is left there. */
  readonly uids: readonly number[];
  /** It wants to know who the others have, and names its question. */
  readonly ask: string | null;

  constructor(key: string, host: string, uids: readonly number[], ask: string | null) {
    this.key = key;
    this.host = host;
    this.uids = uids;
    this.ask = ask;
  }

  static from({ values: { keys, host, uids, ask } }: Message): PresenceRow {
    const key: unknown = Array.isArray(keys) ? keys[0] : '';
    const known = Array.isArray(uids) ? uids.filter((uid) => Number.isSafeInteger(uid)).map(Number) : [];
    return new PresenceRow(String(key), String(host), known, typeof ask === 'string' ? ask : null);
  }

  get values(): Values {
    const { key, host, uids, ask } = this;
    const op = uids.length > 0 ? 'here' : 'gone';
    return { keys: [key], op, host, uids, ...(ask === null ? {} : { ask }) };
  }
}

/** Read by the one socket of a sidecar that listens for a record. */
export class PresenceRows extends AbstractAdapter {
  static override readonly channel = PRESENCE_CHANNEL;
  static override readonly mode = 'each';
  static override readonly key = 'keys';

  override format(message: Message): PresenceRow {
    return PresenceRow.from(message);
  }
}
