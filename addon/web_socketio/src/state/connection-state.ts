/** What a namespace is called whose events travel. */
export const CONNECTED = 'connected';
/** … while they do not, for a reason that is not the sidecar's. */
export const UNCONNECTED = 'not connected';

/** Something that came, and when, in milliseconds of the page's clock. */
export interface Occurrence {
  readonly what: string;
  readonly at: number;
}

/** What a page can say of its connection at one moment. Times are milliseconds of the page's clock. It holds no token. */
export interface ConnectionState {
  /** Of this state: the other times are before it. */
  readonly at: number;
  /** When the page had a connection for the last time, or lost one; when it was made, if it never had one. */
  readonly since: number;
  /** Such as `websocket`; undefined without a connection. */
  readonly transport: string | undefined;
  /** Why the page has ended its sockets for good, such as `logout`. */
  readonly ended: string | undefined;
  /** Why there is no connection, as far as the page can know. */
  readonly cause: string | undefined;
  /** When the sidecar was heard for the last time: it says something each 25 seconds. */
  readonly heard: number | undefined;
  /** The last event for the page's code, such as `notify of /longpolling`. */
  readonly message: Occurrence | undefined;
  /** The last loss of a connection. */
  readonly loss: Occurrence | undefined;
  /** How many connections the page has had. */
  readonly connections: number;
  /** Each with `CONNECTED`, `UNCONNECTED` or the code with which the sidecar refused it. Empty if no code wants one. */
  readonly namespaces: readonly (readonly [path: string, how: string])[];
  /** Where its sidecar is, such as `https://erp.example.com`; undefined as long as no token has said so. */
  readonly sidecar: string | undefined;
  readonly database: string | undefined;
}

/** What a page knows of its connection without a record. */
export interface KnownState extends Pick<ConnectionState, 'cause' | 'database' | 'ended' | 'sidecar'> {
  /** Those that some code wants, and whether they are connected. */
  readonly namespaces: ReadonlyMap<string, boolean>;
}
