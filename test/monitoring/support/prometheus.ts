import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { requireProgram } from '../../support/process/installed.ts';
import type { Program } from '../../support/process/program.ts';
import { makeServerFolder, type ServerFolder } from '../../support/process/server-folder.ts';
import { launchServer } from '../../support/process/server-launch.ts';

const FOLDER = fileURLToPath(new URL('../../../.cache/prometheus/', import.meta.url));
/** The alert rules that are shipped. */
export const RULES = fileURLToPath(
  new URL('../../../docker/monitoring/prometheus/web_socketio.rules.yml', import.meta.url),
);
/** Prometheus' own answers, as far as they are looked at. */
const Answer = z.object({ status: z.literal('success'), data: z.unknown() });
const Vector = z.object({
  resultType: z.literal('vector'),
  result: z.array(
    z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
  ),
});
const Names = z.array(z.string());
const RuleGroups = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          name: z.string(),
          query: z.string(),
          health: z.string(),
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

/** The program promtool of Debian 12. */
export function promtool(): Promise<string> {
  return requireProgram(join(FOLDER, 'promtool'));
}

/** Debian's Prometheus, which asks one sidecar each second, and has the rules that are shipped. Whoever starts it stops it. */
export class Prometheus {
  readonly #folder: ServerFolder;
  readonly #server: Program;
  readonly #url: string;

  private constructor(folder: ServerFolder, server: Program, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** @param target the address of the sidecar, such as `127.0.0.1:8068` */
  static async start(target: string): Promise<Prometheus> {
    const command = await requireProgram(join(FOLDER, 'prometheus'));
    const folder = await makeServerFolder('prometheus');
    const config = join(folder.path, 'prometheus.yml');
    await writeFile(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [RULES],
        scrape_configs: [{ job_name: 'web_socketio', static_configs: [{ targets: [target] }] }],
      }),
    );
    try {
      const { server, port } = await launchServer(
        (own) => ({
          command,
          args: [
            `--config.file=${config}`,
            `--storage.tsdb.path=${folder.path}/data`,
            `--web.listen-address=127.0.0.1:${own}`,
          ],
        }),
        /Server is ready to receive web requests/,
      );
      return new Prometheus(folder, server, port);
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#folder.remove();
  }

  /** What a query finds now: labels and values. @throws what Prometheus says of a query that it cannot read */
  async query(query: string): Promise<readonly { labels: Record<string, string>; value: number }[]> {
    const { result } = Vector.parse(await this.#ask('query', { query }));
    return result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }));
  }

  /** All names of metrics of the sidecar. */
  async names(): Promise<ReadonlySet<string>> {
    const match = '{job="web_socketio"}';
    return new Set(Names.parse(await this.#ask('label/__name__/values', { 'match[]': match })));
  }

  /** The rules that it has. */
  async rules(): Promise<z.infer<typeof RuleGroups>['groups'][number]['rules']> {
    return RuleGroups.parse(await this.#ask('rules', {})).groups.flatMap(({ rules }) => rules);
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`Prometheus answered ${path} ${JSON.stringify(parameters)}: ${text}`);
    return Answer.parse(JSON.parse(text)).data;
  }
}
