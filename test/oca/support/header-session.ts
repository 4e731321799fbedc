import { OdooSession } from '../../support/odoo/odoo-session.ts';

/** A user who is logged in, and whose requests all have some more headers, such as those of a proxy. */
export class HeaderSession extends OdooSession {
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    super(url);
    this.#headers = headers;
  }

  override get headers(): Record<string, string> {
    return { ...super.headers, ...this.#headers };
  }
}
