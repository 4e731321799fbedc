import type { Socket } from 'socket.io-client';
import { expect, onTestFinished } from 'vitest';
import { TestDatabase } from '../postgres/test-database.ts';
import { serverVariables } from './sidecar-command.ts';
import { SidecarProcess } from './sidecar-process.ts';
import { makeAddons, openSocket, outcome } from './test-sidecar.ts';

/** A sidecar's process with a database and a server module of its own; it ends with the test. */
export class ModuleSidecar extends SidecarProcess {
  readonly database: TestDatabase;
  /** The folder of its addons. */
  readonly addons: string;

  private constructor(database: TestDatabase, addons: string, env: Readonly<Record<string, string>>) {
    super({
      databases: [database.name],
      env: { ...serverVariables(database.server), WEB_SOCKETIO_ADDONS_PATH: addons, ...env },
    });
    this.database = database;
    this.addons = addons;
    onTestFinished(() => this.kill());
  }

  /** @param module the server module of the addon `base` */
  static async serve(module: string, env: Readonly<Record<string, string>> = {}): Promise<ModuleSidecar> {
    const database = await TestDatabase.create();
    const sidecar = new ModuleSidecar(database, await makeAddons({ base: module }), env);
    await sidecar.start();
    return sidecar;
  }

  async auth(uid = 2): Promise<{ db: string; token: string }> {
    return { db: this.database.name, token: await this.database.addToken({ uid }) };
  }

  /** A page that has connected; it ends with the test. */
  async connect(path: string): Promise<Socket> {
    const socket = openSocket(`${this.url}${path}`, await this.auth());
    expect(await outcome(socket)).toBe(null);
    return socket;
  }
}
