import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LivePage } from '../../support/browser/live-page.ts';
import type { OdooUser } from '../../support/odoo/odoo-session.ts';
import { type OdooStack, startOdooStack } from '../../support/odoo/odoo-stack.ts';

export const TASK = 'web_socketio_test_live.task';
const TABLE = 'web_socketio_test_live_task';

/** A real Odoo with a model whose class is live, two employees, and everything between them and their browsers. */
export class LiveStage {
  readonly stack: OdooStack;
  readonly anna: OdooUser;
  readonly berta: OdooUser;

  private constructor(stack: OdooStack, anna: OdooUser, berta: OdooUser) {
    this.stack = stack;
    this.anna = anna;
    this.berta = berta;
  }

  static async start(): Promise<LiveStage> {
    const addons = fileURLToPath(new URL('../addons', import.meta.url));
    const stack = await startOdooStack(['web_socketio_test_live', 'web_longpolling'], [addons]);
    try {
      const { odoo } = stack;
      return new LiveStage(stack, await odoo.createUser('Anna'), await odoo.createUser('Berta'));
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  logIn(user: OdooUser): Promise<LivePage> {
    return LivePage.logIn(this.stack.chromium, this.stack.nginx.url, user);
  }

  /** Does something with tasks by RPC, as that user. */
  call(user: OdooUser, method: string, ...args: unknown[]): Promise<unknown> {
    return this.stack.odoo.execute(user, TASK, method, args);
  }

  async create(user: OdooUser, ...tasks: readonly object[]): Promise<number[]> {
    return z.array(z.number()).parse(await this.call(user, 'create', tasks));
  }

  /** Begins with these tasks and no others. */
  async begin(...tasks: readonly object[]): Promise<number[]> {
    await this.sql(`DELETE FROM ${TABLE}`);
    return tasks.length === 0 ? [] : this.create(this.stack.odoo.admin, ...tasks);
  }

  /** As psql, behind Odoo's back. */
  sql(text: string, ...values: unknown[]): Promise<unknown> {
    return this.stack.odoo.sql(text.replaceAll('TASKS', TABLE), values);
  }

  stop(): Promise<void> {
    return this.stack.stop();
  }
}

export type GetStage = () => LiveStage;
