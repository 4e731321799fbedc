import { startPostgres } from '../../../support/postgres/postgres.ts';
import { ALL, Browsers } from './browsers.ts';
import { OdooFolder } from './odoo-folder.ts';
import { OdooServer } from './odoo-server.ts';
import { OdooWriter } from './odoo-writer.ts';
import { PostgresWatch } from './postgres-watch.ts';

/** As many people as a thousand browsers would have. */
const USERS = 100;
export const BROWSERS = 1_000;

/** What both servers share in a run. Whoever opens it closes it. */
export interface Stage {
  readonly folder: OdooFolder;
  readonly odoo: OdooServer;
  readonly writer: OdooWriter;
  readonly postgres: PostgresWatch;
  readonly browsers: Browsers;
  /** A session of its own for each browser. */
  readonly sessions: readonly string[];
  /** Of the script that browsers run, which a server may refuse. */
  readonly version: string;
  close(): Promise<void>;
}

/** @param modules what is installed in Odoo */
export async function openStage(modules: readonly string[]): Promise<Stage> {
  const releases: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  const keep = <Part>(part: Part, release: (part: Part) => Promise<void>): Part => {
    releases.push(() => release(part));
    return part;
  };
  try {
    const server = keep(await startPostgres(15), (part) => part.stop());
    const folder = keep(await OdooFolder.make(server, modules), (part) => part.remove());
    const writer = keep(await OdooWriter.start(folder), (part) => part.stop());
    const { sessions, version } = await writer.makeSessions(USERS, BROWSERS);
    // A browser that says that the last one it has is 0 has none, and gets only what is younger than 50 s.
    await writer.send(ALL);
    const odoo = keep(await OdooServer.start(folder), (part) => part.stop());
    const postgres = keep(await PostgresWatch.start(server), (part) => part.stop());
    const browsers = keep(await Browsers.start(), (part) => part.stop());
    return { folder, odoo, writer, postgres, browsers, sessions, version, close };
  } catch (error) {
    await close();
    throw error;
  }
}
