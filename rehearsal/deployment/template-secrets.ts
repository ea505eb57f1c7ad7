/** The secrets that templates create, with generated passwords. */
import { randomBytes } from 'node:crypto';
import { isObject } from '../../lib/asl/json/json.ts';
import { parseObject } from '../checks/queue-checks.ts';
import type { DatabaseLogin } from '../data-api-server/database-pools.ts';
import type { Resolution } from '../template/resolution.ts';

/** Bytes of a generated password. */
const passwordBytes = 24;

/**
 * Generates the texts of the secrets that the templates create, as Secrets Manager does. Returns
 * them by ARN. A secret of the database has a user name in its template.
 */
export function generateSecrets(resolution: Resolution): Map<string, string> {
  const created = resolution.ofType('AWS::SecretsManager::Secret').flatMap((secret) => {
    const { GenerateSecretString: generated } = resolution.propertiesOf(secret);
    if (!isObject(generated)) return [];
    const { SecretStringTemplate: template, GenerateStringKey: key } = generated;
    const password = randomBytes(passwordBytes).toString('hex');
    const text =
      typeof template === 'string' && typeof key === 'string'
        ? JSON.stringify({ ...parseObject(template), [key]: password })
        : password;
    return [[resolution.nameOf(secret).ref, text] as const];
  });
  return new Map(created);
}

/** Returns the users of the database among generated secrets, by ARN. */
export function listLogins(
  secrets: ReadonlyMap<string, string>,
): ReadonlyMap<string, DatabaseLogin> {
  const logins = [...secrets].flatMap(([arn, text]) => {
    const { username, password } = text.startsWith('{') ? parseObject(text) : {};
    if (typeof username !== 'string' || typeof password !== 'string') return [];
    return [[arn, { username, password }] as const];
  });
  return new Map(logins);
}

/** Returns what no log line may contain: the texts of secrets, and the passwords in them. */
export function listSecretTexts(secrets: ReadonlyMap<string, string>): string[] {
  const passwords = [...listLogins(secrets).values()].map(({ password }) => password);
  return [...secrets.values(), ...passwords];
}
