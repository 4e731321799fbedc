/** A session keeps the default_transaction_read_only that it began with: another one may write when that is taken back. */
const READ_ONLY = '25006';

/** Did PostgreSQL refuse a statement, on a connection that is as good as before? */
export function isStatementError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('severity' in error)) return false;
  return error.severity === 'ERROR' && !('code' in error && error.code === READ_ONLY);
}
