/** The values of a message: a JSON object, as the sender wrote it. */
export type Values = Readonly<Record<string, unknown>>;

/** One message: one row that Odoo committed. Shared by all sockets that look at it, so never change one. */
export interface Message {
  /** Unique in its database for as long as the database lives. */
  readonly id: string;
  readonly channel: string;
  /** The user who sent it; null if a program did. */
  readonly uid: number | null;
  /** When the sending transaction began, in UTC: `2013-09-08 12:35:19`. */
  readonly date: string;
  readonly values: Values;
}
