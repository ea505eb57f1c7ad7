import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MillraceError, messageOf } from '../../errors.ts';

/**
 * Returns the text of a secret of AWS Secrets Manager. Throws INVALID_CONFIGURATION when it cannot
 * be read, never with its text.
 */
export async function readSecret(arn: string): Promise<string> {
  const client = new SecretsManagerClient({});
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (text !== undefined) return text;
    throw notReadable(arn, 'it has no text');
  } catch (error) {
    throw error instanceof MillraceError ? error : notReadable(arn, messageOf(error), error);
  } finally {
    client.destroy();
  }
}

function notReadable(arn: string, reason: string, cause?: unknown): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `the secret ${arn} cannot be read: ${reason}`, {
    fields: { secret: arn },
    cause,
  });
}
