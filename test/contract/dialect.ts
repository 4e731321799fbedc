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

export const odoo14Dialect: Dialect = {
  sessionId: /^[0-9a-f]{40}$/,
  employee: {},
  unknownDatabase: 'psycopg2.OperationalError',
  takesBlankPasswords: true,
};

export const odoo19Dialect: Dialect = {
  sessionId: /^[\w-]{84}$/,
  employee: { is_internal_user: true },
  unknownDatabase: 'odoo.exceptions.AccessError',
  takesBlankPasswords: false,
};

export const odoo18Dialect: Dialect = odoo19Dialect;

export const odoo17Dialect: Dialect = {
  ...odoo18Dialect,
  sessionId: /^[0-9a-f]{40}$/,
};

export const odoo16Dialect: Dialect = { ...odoo17Dialect, employee: {} };
