/** Packages that an app installs itself, and that are loaded when they are first wanted. */
import { MillraceError } from '../../errors.ts';

/**
 * What an import that failed is handed to: a package that is not there is told with the command
 * that installs it, as INVALID_CONFIGURATION; every other failure is thrown as it is.
 * @param who who needs it, for the message
 *
 * @example
 * await import('@aws-sdk/client-sqs').catch(notInstalled('the broker sqs', '@aws-sdk/client-sqs'));
 */
export function notInstalled(who: string, name: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `${who} needs the package ${name}, which is not installed: npm install ${name}`,
        { cause: error },
      );
    }
    throw error;
  };
}
