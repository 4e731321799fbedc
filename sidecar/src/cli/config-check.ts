import type { DeclaredAdapter } from '../api/adapter-registry.ts';
import { reason } from '../api/error.ts';
import type { EventDescription } from '../api/event-description.ts';
import { describeProblem } from '../api/problem.ts';
import { type Declaration, Registry } from '../api/registry.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { createApi } from '../api/web_socketio.ts';
import { eventedProblem } from '../bus/evented-worker.ts';
import type { Settings } from '../config/settings.ts';
import { ChannelModes } from '../delivery/channel-modes.ts';
import { findServerModules } from '../modules/discovery.ts';
import { Loader } from '../modules/loader.ts';
import { isOrigin } from '../odoo/http/browser-origin.ts';
import { reachOdoo } from '../odoo/http/odoo-probe.ts';
import { OdooServer } from '../odoo/http/odoo-server.ts';
import { SessionCheck } from '../odoo/session/session-check.ts';
import { type DatabaseFacts, probeDatabase } from '../postgres/check/database-probe.ts';
import { checkPort } from './port-check.ts';

const ODOO_MS = 5_000;

/** A server module that was found. */
export interface ModuleFacts {
  readonly addon: string;
  readonly entry: string;
  readonly loaded: boolean;
}

/** A namespace, and what it answers to. */
export interface NamespaceFacts {
  readonly path: string;
  readonly addon: string;
  readonly events: readonly EventDescription[];
}

/** Whether Odoo opens a database to the sidecar. */
export interface HostFacts {
  readonly database: string;
  /** Under which it was asked: the one at which a browser was last given a token, else Odoo's own. */
  readonly host: string;
  readonly opens: boolean;
}

/** What a sidecar with these settings would run, and the problems that it would have. */
export interface ConfigFacts {
  readonly modules: readonly ModuleFacts[];
  readonly namespaces: readonly NamespaceFacts[];
  readonly adapters: readonly DeclaredAdapter[];
  readonly databases: readonly DatabaseFacts[];
  readonly odooReachable: boolean;
  /** Whether Odoo's evented worker answers; null if none is named. */
  readonly eventedReachable: boolean | null;
  readonly hosts: readonly HostFacts[];
  /** In a few words, such as `free`. */
  readonly port: string;
  /** Lines such as those of the log: a code, what is wrong, what to do. */
  readonly problems: readonly string[];
}

/**
 * Looks at everything that a sidecar with these settings would need, and starts none: server modules are loaded,
 * PostgreSQL and Odoo asked, the port tried. Every question has a time limit. Never throws.
 */
export async function checkConfig(settings: Settings): Promise<ConfigFacts> {
  const problems: string[] = [];
  const registry = new Registry();
  const succeeds = async (work: Promise<void>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (error) {
      problems.push(describe(error));
      return false;
    }
  };
  // Before the others ask: what compiles the modules keeps the process busy, and their time would pass.
  const modules = await loadModules(registry, settings, problems);
  const [databases, odooReachable, eventedReachable, { state: port, problem }] = await Promise.all([
    Promise.all(settings.databases.map((name) => probeDatabase(settings.postgres, name))),
    succeeds(reachOdoo(settings.odooUrl, AbortSignal.timeout(ODOO_MS))),
    settings.eventedUrl === null ? null : succeeds(reachEvented(settings.eventedUrl)),
    checkPort(settings),
  ]);
  if (problem !== null) problems.push(describe(problem));
  const namespaces = [...registry.all()].map((declaration) => describeNamespace(declaration, problems));
  for (const { name, installed, error } of databases) {
    if (error !== null) problems.push(describe(error));
    const modes = new ChannelModes(registry, (addon) => installed?.has(addon) === true);
    for (const conflict of modes.conflicts()) problems.push(`${describe(conflict)} This is so in '${name}'.`);
  }
  const asked = odooReachable ? databases.filter(({ schema }) => schema !== null) : [];
  const hosts = await checkHosts(settings.odooUrl, asked, problems);
  const adapters = [...registry.adapters.channels].flatMap((channel) => registry.adapters.of(channel));
  const reached = { odooReachable, eventedReachable };
  return { modules, namespaces, adapters, databases, ...reached, hosts, port, problems };
}

/** @throws SidecarError `evented_unreachable` */
async function reachEvented(url: string): Promise<void> {
  try {
    await reachOdoo(url, AbortSignal.timeout(ODOO_MS));
  } catch (error) {
    const { code, message } = eventedProblem(
      error instanceof SidecarError ? reason(error.cause) : reason(error),
    );
    throw new SidecarError(code, message, { cause: error });
  }
}

/** By its host Odoo chooses which databases it opens: under another one the sidecar could do nothing. */
async function checkHosts(
  url: string,
  databases: readonly DatabaseFacts[],
  problems: string[],
): Promise<HostFacts[]> {
  const check = new SessionCheck(new OdooServer({ url, timeoutMs: ODOO_MS }));
  const ask = async ({ name, origin }: DatabaseFacts): Promise<HostFacts> => {
    const facts = { database: name, host: new URL(isOrigin(origin) ? origin : url).host };
    try {
      await check.ask({ db: name, origin, tokens: [] });
      return { ...facts, opens: true };
    } catch (error) {
      problems.push(describe(error));
      return { ...facts, opens: false };
    }
  };
  const hosts = await Promise.all(databases.map(ask));
  check.stop();
  return hosts;
}

async function loadModules(
  registry: Registry,
  { addonsPath, dev }: Settings,
  problems: string[],
): Promise<ModuleFacts[]> {
  const found = findServerModules(addonsPath, (problem) => problems.push(describeProblem(problem)));
  const loader = new Loader({ registry, api: createApi(registry), fromSource: dev });
  const { loaded, failed, stale, entries } = await loader.load(found);
  problems.push(...stale.map(describe));
  for (const { error } of failed) problems.push(describe(error));
  return found.map(({ addon, home, source, build }) => ({
    addon,
    entry: entries.get(addon) ?? source ?? build ?? home,
    loaded: loaded.includes(addon),
  }));
}

function describeNamespace({ path, addon, nameSpace }: Declaration, problems: string[]): NamespaceFacts {
  try {
    return { path, addon, events: nameSpace.describeEvents() };
  } catch (error) {
    const message = `describeEvents of '${path}' in '${addon}' failed: ${reason(error)}`;
    problems.push(describeProblem({ code: 'module_failed', message }));
    return { path, addon, events: [] };
  }
}

function describe(error: unknown): string {
  return error instanceof SidecarError ? describeProblem(error) : reason(error);
}
