import { hasCode } from '../errors.ts';

/**
 * Whether `error` is the fault of a service (a database, a broker) and not of what it was asked to
 * do. Such a call is waited for, and is never held against the data that it was made for.
 */
export function isServiceFault(error: unknown): boolean {
  return (
    hasCode(error) && (error.retryable || hasCode(error, 'STORE_UNAVAILABLE', 'BROKER_UNAVAILABLE'))
  );
}
