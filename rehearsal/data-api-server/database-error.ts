/** What the database said, as the Data API tells it: severity, message, hint, position, state. */
import { DatabaseError } from 'pg';
import { ServiceError } from './service-error.ts';

/** PostgreSQL's answer to a second statement behind a semicolon. */
const multipleCommands = 'cannot insert multiple commands into a prepared statement';

/**
 * The error to answer with for one of the PostgreSQL client: its text where the database refused
 * something, else that the database cannot be reached.
 */
export function toServiceError(error: unknown): ServiceError {
  if (!(error instanceof DatabaseError)) return new ServiceError('DatabaseUnavailableException');
  if (error.message === multipleCommands) {
    return new ServiceError('ValidationException', "Multistatements aren't supported.");
  }
  return new ServiceError('DatabaseErrorException', describe(error));
}

/** Without the detail, which the service leaves out and which may quote a row. */
function describe({ severity, message, hint, position, code }: DatabaseError): string {
  const parts = [`${severity ?? 'ERROR'}: ${message}`];
  if (hint !== undefined) parts.push(`Hint: ${hint}`);
  if (position !== undefined) parts.push(`Position: ${position}`);
  return [...parts, `SQLState: ${code ?? '00000'}`].join('; ');
}
