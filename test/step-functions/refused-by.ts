import { ServiceError } from '../../lib/step-functions/service-error.ts';

/** Returns the type and the message of the error of a call that must be refused. */
export function refusedBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return `${error.type}: ${error.message}`;
    throw error;
  }
  throw new Error('the call was expected to be refused, but it succeeded');
}
