import type { BusSender } from '../../support/bus/bus-sender.ts';
import type { Odoo } from '../../support/odoo/odoo.ts';
import type { OdooSession, OdooUser } from '../../support/odoo/odoo-session.ts';

/** An employee, with one session for those who do nothing to it. */
export interface Member {
  readonly user: OdooUser;
  readonly partner: number;
  readonly session: OdooSession;
}

/** Employees whom several tests share: to make one, and to look at a password, each takes Odoo a third of a second. */
export class People {
  readonly #suffix: string;
  readonly #members = new Map<string, Promise<Member>>();

  /** @param suffix of all of their names */
  constructor(suffix: string) {
    this.#suffix = suffix;
  }

  find(odoo: Odoo, sender: BusSender, name: string): Promise<Member> {
    const found = this.#members.get(name) ?? this.#make(odoo, sender, name);
    this.#members.set(name, found);
    return found;
  }

  async #make(odoo: Odoo, sender: BusSender, name: string): Promise<Member> {
    const user = await odoo.createUser(`${name} of ${this.#suffix}`);
    return { user, partner: await sender.partnerOf(user), session: await odoo.logIn(user) };
  }
}
