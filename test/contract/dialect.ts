/** Where the series that speak the protocol differ. */
export interface Dialect {
  /** The value of the cookie. */
  readonly sessionId: RegExp;
  /** What a session says of an employee besides what all series say. */
  readonly employee: object;
  /** The name of the error for a database that does not exist. */
  readonly unknownDatabase: string;
  /** Does it take a password of spaces? */
  readonly takesBlankPasswords: boolean;
}
