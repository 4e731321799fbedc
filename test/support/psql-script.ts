import type { ClientBase } from 'pg';

/**
 * Runs a script of psql over a plain connection: its variables `:'name'` and `:"name"`, and `\gexec`, which runs what a
 * query returns. The packages of PostgreSQL that the tests use have no psql.
 */
export async function runPsqlScript(
  client: ClientBase,
  script: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const text = script
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/:(['"])(\w+)\1/g, (_, mark: string, name: string) => `${mark}${variables[name]}${mark}`);
  for (const statement of text.split(/;|\\gexec/)) {
    const isQuery = statement.trimStart().startsWith('SELECT format');
    if (statement.trim() === '') continue;
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    if (isQuery) for (const [generated] of rows) await client.query(generated);
  }
}
