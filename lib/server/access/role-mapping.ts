import { type CallerRole, callerRoles } from '../../api/caller-role.ts';
import { MillraceError } from '../../errors.ts';

/** The roles of users whom a proxy has logged in, by the names of users and of their groups. */
export class RoleMapping {
  readonly #roles = new Map<string, CallerRole>();

  /**
   * Parses `admins=owner,sre=operator,*=reader`; `*` stands for everyone. Throws
   * INVALID_CONFIGURATION.
   */
  constructor(text: string) {
    for (const entry of text.split(',').map((each) => each.trim())) {
      const equals = entry.lastIndexOf('=');
      const role = callerRoles.find((each) => each === entry.slice(equals + 1));
      if (equals < 1 || role === undefined) {
        throw new MillraceError(
          'INVALID_CONFIGURATION',
          `--role-of must be a list such as admins=owner,sre=operator,*=reader with the roles ` +
            `${callerRoles.join(', ')}; found '${entry}'`,
        );
      }
      this.#roles.set(entry.slice(0, equals), role);
    }
  }

  /** Returns the highest role of a user and of the user's groups; null when there is none. */
  roleOf(user: string, groups: readonly string[]): CallerRole | null {
    const held = [user, ...groups, '*'].map((name) => this.#roles.get(name));
    return callerRoles.findLast((role) => held.includes(role)) ?? null;
  }
}
