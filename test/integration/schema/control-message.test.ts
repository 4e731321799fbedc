import { expect, it } from 'vitest';
import type { Values } from '../../../sidecar/src/api/message.ts';
import { readControlMessage } from '../../../sidecar/src/delivery/control-message.ts';
import { SCHEMA, sha256 } from '../../support/postgres/catalog/database-schema.ts';
import {
  controlFiles,
  controlStatements,
  readAddon,
  writes,
} from '../../support/postgres/control-writers.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const SESSION = 'mine';
const HASH = sha256(SESSION);
const ABOUT_SESSION = { kind: 'session', sessionHash: HASH.toString('hex') };

/** What the addon's Python gives to each of its statements. */
const PARAMETERS: Record<string, (token: Buffer) => unknown[]> = {
  end_token: (token) => [token, null],
  forget_others: () => [HASH, 7],
  lock_sessions: () => [[HASH]],
  demand_look: () => [HASH],
};

async function read(database: TestDatabase): Promise<unknown[]> {
  const rows = await database.query<{ values: Values }>(
    `SELECT "values" FROM web_socketio_message WHERE channel = 'web_socketio.control' ORDER BY id`,
  );
  return rows.map(({ values }) => readControlMessage(values));
}

it('A sidecar understands every control message that the Python of the addon writes', async () => {
  const [file = '', ...others] = controlFiles().filter((name) => name.endsWith('.py'));
  expect(others).toEqual([]);
  const statements = controlStatements(file);
  expect(statements.map(({ name }) => name).sort()).toEqual(Object.keys(PARAMETERS).sort());
  expect(writes(readAddon(file))).toBe(statements.length);
  for (const { name, sql } of statements) {
    const database = await TestDatabase.create();
    const token = await database.addToken({ uid: 2, session: SESSION });
    await database.query(sql, PARAMETERS[name]?.(sha256(token)));
    expect(await read(database), name).toEqual([ABOUT_SESSION]);
  }
});

it('A sidecar understands every control message that the SQL of the addon writes', async () => {
  expect(controlFiles().filter((name) => name.endsWith('.sql'))).toEqual(['data/schema.sql']);
  expect(writes(SCHEMA)).toBe(3);
  const database = await TestDatabase.create();
  await database.addToken({ uid: 2, session: SESSION });
  await database.query(`UPDATE res_users SET password = 'another' WHERE id = 2`);
  await database.query('SELECT web_socketio_end_session($1)', [HASH]);
  await database.query('UPDATE web_socketio_state SET version = 2');
  await database.query(SCHEMA);
  expect(await read(database)).toEqual([
    { kind: 'proof_due', uid: 2 },
    ABOUT_SESSION,
    { kind: 'schema_changed' },
  ]);
});
