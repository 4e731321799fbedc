import { TestDatabase } from '../postgres/test-database.ts';
import { type ServerModules, type TestSettings, TestSidecar } from '../sidecar/test-sidecar.ts';
import { liveModules } from './live-modules.ts';
import { LiveOdoo } from './live-odoo.ts';
import { LivePage } from './live-page.ts';
import { insertChanges, type WrittenChange } from './written-change.ts';

/** A database with web_live, its Odoo, and sidecars. */
export class LiveStage {
  readonly database: TestDatabase;
  readonly odoo: LiveOdoo;
  readonly sidecar: TestSidecar;
  readonly #modules: ServerModules;

  private constructor(database: TestDatabase, odoo: LiveOdoo, sidecar: TestSidecar, modules: ServerModules) {
    this.database = database;
    this.odoo = odoo;
    this.sidecar = sidecar;
    this.#modules = modules;
  }

  /** @param index instead of the index.ts of web_live */
  static async start({
    index,
    ...settings
  }: TestSettings & { readonly index?: string } = {}): Promise<LiveStage> {
    const database = await TestDatabase.create();
    await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('web_live', 'installed')`);
    const odoo = await LiveOdoo.start(database);
    const modules = await liveModules(index);
    const sidecar = await TestSidecar.start(database, modules, { odooUrl: odoo.url, ...settings });
    return new LiveStage(database, odoo, sidecar, modules);
  }

  /** One more sidecar of the same database. */
  anotherSidecar(settings: TestSettings = {}): Promise<TestSidecar> {
    return TestSidecar.start(this.database, this.#modules, { odooUrl: this.odoo.url, ...settings });
  }

  open(uid = 2, sidecar = this.sidecar): Promise<LivePage> {
    return LivePage.open(this.database, sidecar.url, uid);
  }

  /** Commits what the trigger writes, a row for each statement. */
  change(...changes: readonly WrittenChange[]): Promise<void> {
    return insertChanges(this.database, ...changes);
  }
}
