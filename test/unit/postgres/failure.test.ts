import pg from 'pg';
import { expect, it } from 'vitest';
import { nameFailure } from '../../../sidecar/src/postgres/connect/failure.ts';

function fromPostgres(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('its own words', 0, 'error');
  error.code = code;
  return error;
}

const fromNetwork = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

it.each([
  ['25006', 'database_read_only'],
  ['53300', 'postgres_full'],
  ['57P01', 'postgres_starting'],
  ['57P03', 'postgres_starting'],
  ['55P03', 'table_locked'],
  ['57014', 'postgres_slow'],
  ['42501', 'database_forbidden'],
  ['28P01', 'database_login'],
  ['23505', 'postgres_error'],
  ['XX000', 'postgres_error'],
  ['EPIPE', 'postgres_error'],
])('names what PostgreSQL reports as %s', (sqlstate, code) => {
  const { code: name, message, retry } = nameFailure(fromPostgres(sqlstate), 'mydb');
  expect(name).toBe(code);
  expect(retry).toBe(true);
  expect(message).toContain("'mydb'");
  if (!code.startsWith('database_missing')) expect(message).toContain(`its own words (${sqlstate})`);
});

it.each([
  fromNetwork('ECONNREFUSED'),
  fromNetwork('EPIPE'),
  new Error('Connection terminated unexpectedly'),
  new AggregateError([fromNetwork('ECONNREFUSED'), fromNetwork('ENETUNREACH')]),
])('calls PostgreSQL unreachable when the way to it fails: %s', (error) => {
  const { code, message } = nameFailure(error, 'mydb');
  expect(code).toBe('postgres_unreachable');
  expect(message).toMatch(/'mydb': (connect|Connection)/);
});

it('says how to give the role of the sidecar a right that it lacks', () => {
  expect(nameFailure(fromPostgres('42501'), 'mydb').message).toContain(
    "Run addon/web_socketio/data/sidecar_role.sql in that database, or use Odoo's role.",
  );
});
