/** Who someone is at the hosted dashboard, by the claims of an ID token. */
import { describe, expect, it } from 'vitest';
import { RoleMapping } from '../../../lib/server/access/role-mapping.ts';
import { decideUser } from '../../../lib/server/login/oidc-user.ts';

const settings = {
  nameClaim: 'email',
  roleClaim: 'groups',
  roles: new RoleMapping([
    ['admins', 'owner'],
    ['all', 'reader'],
    ['ada@example.com', 'operator'],
  ]),
};

describe('decideUser', () => {
  it('the highest role that a value of the claim has counts', () => {
    const claims = { sub: 's-1', email: 'ada@example.com', email_verified: true };

    expect(decideUser({ ...claims, groups: ['all', 'admins', 7] }, settings)).toEqual({
      kind: 'user',
      name: 'ada@example.com',
      role: 'owner',
    });
    expect(decideUser({ ...claims, groups: 'all' }, settings)).toMatchObject({ role: 'reader' });
  });

  it('an email address gives a name and a role only when the provider has verified it', () => {
    const byEmail = { ...settings, roleClaim: 'email' };
    const claims = { sub: 's-1', email: 'ada@example.com' };

    expect(decideUser({ ...claims, email_verified: 'true' }, byEmail)).toMatchObject({
      name: 'ada@example.com',
      role: 'operator',
    });
    for (const email_verified of [false, undefined, 1]) {
      const decision = decideUser({ ...claims, email_verified }, byEmail);
      expect(decision).toMatchObject({ kind: 'refused', reason: /^'s-1' has no role/ });
    }
  });

  it('a claim cannot name everyone, and a name without a role has none', () => {
    const everyone = { ...settings, roles: new RoleMapping([['*', 'owner']]) };

    expect(decideUser({ sub: 's-1', groups: ['*'] }, settings).kind).toBe('refused');
    expect(decideUser({ sub: 's-1', groups: ['ada@example.com/x'] }, settings).kind).toBe(
      'refused',
    );
    expect(decideUser({ sub: 's-1' }, everyone)).toMatchObject({ name: 's-1', role: 'owner' });
  });

  it('a claim of every object is no claim of the token', () => {
    const byConstructor = { ...settings, roleClaim: 'constructor', nameClaim: 'toString' };

    expect(decideUser({ sub: 's-1' }, byConstructor)).toMatchObject({ kind: 'refused' });
  });

  it('a name is as long as a cookie can hold', () => {
    const claims = { sub: 'x'.repeat(5_000), groups: ['all'] };

    expect(decideUser(claims, settings)).toMatchObject({ name: 'x'.repeat(100) });
  });
});
