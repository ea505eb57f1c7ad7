/** Decides who someone is here, from the claims of a verified ID token. Pure. */
import type { JWTPayload } from 'jose';
import type { SessionHolder } from '../access/sessions.ts';
import type { OidcSettings } from './oidc-settings.ts';

/** A user with a role, or why there is none. */
export type UserDecision =
  | ({ readonly kind: 'user' } & SessionHolder)
  | { readonly kind: 'refused'; readonly reason: string };

/** Maximum length of a name: it is part of a cookie. */
const nameCharactersMax = 100;

/** Maximum number of values of the role claim that are looked at. */
const valuesMax = 1_000;

/** Returns the user, with the highest role that the role claim gives. */
export function decideUser(
  claims: JWTPayload,
  { nameClaim, roleClaim, roles }: Pick<OidcSettings, 'nameClaim' | 'roleClaim' | 'roles'>,
): UserDecision {
  const name = nameOf(claims, nameClaim);
  const role = roles.roleOf(valuesOf(claims, roleClaim));
  if (role !== null) return { kind: 'user', name, role };
  return {
    kind: 'refused',
    reason:
      `'${name}' has no role here: the claim '${roleClaim}' of the ID token has none of the ` +
      'values that deployment.dashboard.login.roles gives a role',
  };
}

/** A name that its owner may choose freely must not look like a verified one. */
function nameOf(claims: JWTPayload, nameClaim: string): string {
  const [chosen] = valuesOf(claims, nameClaim);
  return (chosen ?? claims.sub ?? '').slice(0, nameCharactersMax);
}

/** Returns the texts of a claim; none of an email address that no one has verified. */
function valuesOf(claims: JWTPayload, claim: string): string[] {
  // Some providers send the text.
  const isVerified = claims.email_verified === true || claims.email_verified === 'true';
  if (claim === 'email' && !isVerified) return [];
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.slice(0, valuesMax).filter(isName);
}

/** A claim must not stand for everyone. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== '*';
}
