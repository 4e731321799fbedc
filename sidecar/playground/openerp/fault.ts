/** An error by its name in Python: the stand-in answers with those of Odoo 19. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** Such as `odoo.exceptions.AccessError`. */
  readonly python: string;

  constructor(python: string, message: string) {
    super(message);
    this.python = python;
  }
}

export const accessDenied = () => new Fault('odoo.exceptions.AccessDenied', 'Access Denied');
export const accessError = (message: string) => new Fault('odoo.exceptions.AccessError', message);
export const userError = (message: string) => new Fault('odoo.exceptions.UserError', message);
export const validationError = (message: string) => new Fault('odoo.exceptions.ValidationError', message);
export const valueError = (message: string) => new Fault('builtins.ValueError', message);
export const typeError = (message: string) => new Fault('builtins.TypeError', message);
export const SESSION_EXPIRED = 'odoo.http.SessionExpiredException';
export const sessionExpired = () => new Fault(SESSION_EXPIRED, 'Session expired');

export const missingError = (model: string, ids: readonly number[]) =>
  new Fault(
    'odoo.exceptions.MissingError',
    `Record does not exist or has been deleted.\n(Record: ${model}(${ids.join(', ')},))`,
  );

/** A violated rule of a table is the user's mistake, as in Odoo; everything else is a fault of the stand-in. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = error instanceof Error ? String(Reflect.get(error, 'code')) : '';
  const text = error instanceof Error ? error.message : String(error);
  if (code.startsWith('23')) return validationError(`The operation cannot be completed: ${text}`);
  return new Fault('builtins.Exception', text);
}
