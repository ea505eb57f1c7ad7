import { randomBytes } from 'node:crypto';
import { readLogin } from '../drivers/secrets-manager/read-login.ts';
import { MillraceError } from '../errors.ts';
import type { StoreLogin, StoreRoles } from '../ports/store/store.ts';

/** A step of the rotation of a secret, as Secrets Manager requests it. */
export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  /** The version that the rotation makes. */
  readonly ClientRequestToken: string;
}

/** The versions of secrets. */
export interface LoginVersions {
  readCurrent(arn: string): Promise<string>;
  readPending(arn: string, version: string): Promise<string>;
  putPending(arn: string, version: string, text: string): Promise<void>;
  isCurrent(arn: string, version: string): Promise<boolean>;
  promote(arn: string, version: string): Promise<void>;
}

/** What {@link rotateLogin} works with. */
export interface RotateLoginDeps {
  readonly versions: LoginVersions;
  /** The secrets of the roles. */
  readonly secrets: { readonly [Role in keyof StoreRoles]-?: string | undefined };
  /** Sets the passwords of roles in the database. */
  readonly setPasswords: (roles: StoreRoles) => Promise<void>;
}

/** Bytes of a new password. */
const passwordBytes = 36;

/** Whether an event is a step of a rotation, and no request of CloudFormation. */
export function isRotation(event: object): event is RotationEvent {
  return 'Step' in event && 'SecretId' in event;
}

/**
 * Carries out a step of the rotation of a role's password. The database and the secret get the new
 * one in the last step, one right after the other: callers that come in between wait. Each step may
 * be repeated. Throws INVALID_CONFIGURATION for a secret of another role.
 */
export async function rotateLogin(deps: RotateLoginDeps, event: RotationEvent): Promise<void> {
  const { versions } = deps;
  const { Step, SecretId: arn, ClientRequestToken: version } = event;
  const role = findRole(deps, arn);
  if (Step === 'createSecret') {
    const { name } = readLogin(arn, await versions.readCurrent(arn));
    const password = randomBytes(passwordBytes).toString('base64url');
    await versions.putPending(arn, version, JSON.stringify({ username: name, password }));
  }
  if (Step !== 'finishSecret' || (await versions.isCurrent(arn, version))) return;
  const login: StoreLogin = readLogin(arn, await versions.readPending(arn, version));
  await deps.setPasswords({ [role]: login });
  await versions.promote(arn, version);
}

function findRole({ secrets }: RotateLoginDeps, arn: string): keyof StoreRoles {
  if (arn === secrets.application) return 'application';
  if (arn === secrets.reader) return 'reader';
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the secret ${arn} is that of no role of this function: it rotates ` +
      `${secrets.application} and ${secrets.reader}`,
  );
}
