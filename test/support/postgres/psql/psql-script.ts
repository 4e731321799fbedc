import type { ClientBase } from 'pg';

/** A statement, with what ends it; dollar quotes and strings may hold semicolons. */
const STATEMENT = /(?:\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|[^;\\])+(?:;|\\gexec|\\gset)/g;

/**
 * Runs a script of psql over a plain connection: its variables `:'name'`, `:"name"` and `:name`, `\gexec`, which runs what
 * a query returns, and `\gset`, which keeps it. The packages of PostgreSQL that the tests use have no psql.
 */
export async function runPsqlScript(
  client: ClientBase,
  script: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const known: Record<string, string> = { ...variables };
  const text = script.replaceAll(/^(--|\\set ).*$/gm, '');
  for (const [statement] of text.matchAll(STATEMENT)) {
    const [query = '', command] = statement.split(/;$|(\\gexec|\\gset)$/);
    if (query.trim() === '') continue;
    // What is in dollar quotes psql leaves as it is.
    const filled = query.includes('$tables$') ? query : fill(query, known);
    if (command === '\\gexec') {
      // Columns of one name are all run.
      const { rows } = await client.query<string[]>({ text: filled, rowMode: 'array' });
      for (const generated of rows.flat()) await client.query(generated);
      continue;
    }
    const { rows } = await client.query<Record<string, string>>(filled);
    if (command === '\\gset') Object.assign(known, rows[0]);
  }
}

function fill(query: string, variables: Readonly<Record<string, string>>): string {
  return query
    .replaceAll(/:(['"])(\w+)\1/g, (_, mark: string, name: string) => `${mark}${variables[name]}${mark}`)
    .replaceAll(/(?<![:\w]):(\w+)/g, (_, name: string) => variables[name] ?? '');
}
