/** Where the sidecar writes what it does. `db` is the database a line is about; null if it is about none. */
export interface Log {
  info(db: string | null, text: string): void;
  warn(db: string | null, text: string): void;
  error(db: string | null, text: string): void;
}
