import type { HostedLogin } from '../../config/deployment-config.ts';
import { MillraceError } from '../../errors.ts';
import { RoleMapping } from '../access/role-mapping.ts';

/** How callers log in with an identity provider, by OpenID Connect. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** The claim with the caller's name in the log of changes. */
  readonly nameClaim: string;
  /** The claim that gives a caller roles. */
  readonly roleClaim: string;
  readonly roles: RoleMapping;
}

/** Minimum length of the client secret, which also signs sessions. */
const secretCharactersMin = 32;

/** Completes the settings of a login. Throws INVALID_CONFIGURATION for too short a secret. */
export function oidcSettings(login: HostedLogin, clientSecret: string): OidcSettings {
  const secret = clientSecret.trim();
  if (secret.length < secretCharactersMin) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `the client secret of the login must have at least ${secretCharactersMin} characters, found ` +
        `${secret.length}: put what the identity provider has issued into ${login.clientSecretArn}, as plain text`,
    );
  }
  return {
    issuer: login.issuer,
    clientId: login.clientId,
    clientSecret: secret,
    scopes: login.scopes ?? ['openid', 'email', 'profile'],
    nameClaim: login.nameClaim ?? 'email',
    roleClaim: login.roleClaim ?? 'groups',
    roles: new RoleMapping(Object.entries(login.roles)),
  };
}
