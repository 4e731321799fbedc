import type { PostgresAddress } from '../postgres/postgres.ts';

/** The text of an OpenERP configuration file, as far as the sidecar reads it. */
export function openerpConfig({ host, port, user, password }: PostgresAddress, addonsPath: string): string {
  const lines = [
    '[options]',
    `addons_path = ${addonsPath}`,
    `db_host = ${host}`,
    `db_port = ${port}`,
    `db_user = ${user}`,
    `db_password = ${password}`,
  ];
  return `${lines.join('\n')}\n`;
}
