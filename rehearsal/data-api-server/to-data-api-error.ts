import { DatabaseError } from 'pg';
import { DataApiError } from './data-api-error.ts';

/** PostgreSQL's error for a second statement after a semicolon. */
const multipleCommands = 'cannot insert multiple commands into a prepared statement';

/**
 * Converts an error of the PostgreSQL client to the service's error: the database's message if the
 * database refused something, or else that the database is unavailable.
 */
export function toDataApiError(error: unknown): DataApiError {
  if (!(error instanceof DatabaseError)) return new DataApiError('DatabaseUnavailableException');
  if (error.message === multipleCommands) {
    return new DataApiError('ValidationException', "Multistatements aren't supported.");
  }
  return new DataApiError('DatabaseErrorException', describe(error));
}

/** Leaves out the detail, as the service does: it may quote a row. */
function describe({ severity, message, hint, position, code }: DatabaseError): string {
  const parts = [`${severity ?? 'ERROR'}: ${message}`];
  if (hint !== undefined) parts.push(`Hint: ${hint}`);
  if (position !== undefined) parts.push(`Position: ${position}`);
  return [...parts, `SQLState: ${code ?? '00000'}`].join('; ');
}
