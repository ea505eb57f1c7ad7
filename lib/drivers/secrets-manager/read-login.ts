import { MillraceError } from '../../errors.ts';
import type { StoreLogin } from '../../ports/store/store.ts';

/**
 * Reads the user and the password of a database from the text of a secret, as RDS and the Data API
 * have them: `{"username": …, "password": …}`. Throws INVALID_CONFIGURATION, never with its text.
 * @param arn of the secret, for the message
 */
export function readLogin(arn: string, text: string): StoreLogin {
  const { username, password } = parseObject(text);
  if (typeof username === 'string' && typeof password === 'string') {
    return { name: username, password };
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the secret ${arn} must be a JSON object with the texts username and password: put both into it`,
    { fields: { secret: arn } },
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}
