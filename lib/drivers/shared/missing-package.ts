/** Loading of optional packages, which an app installs itself. */
import { MillraceError } from '../../errors.ts';

/**
 * Handles a failed import: for a package that is not installed it throws INVALID_CONFIGURATION with
 * the command that installs it; it rethrows every other failure.
 * @param who the feature that needs the package, for the message
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
