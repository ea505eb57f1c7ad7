import { type CallerRole, callerRoles } from '../../api/caller-role.ts';
import { MillraceError } from '../../errors.ts';

/** The roles of users whom another party has logged in, by names of users and of their groups. */
export class RoleMapping {
  readonly #roles: ReadonlyMap<string, CallerRole>;

  /** @param roles roles by name; `*` stands for everyone */
  constructor(roles: Iterable<readonly [string, CallerRole]>) {
    this.#roles = new Map(roles);
  }

  /** Parses `admins=owner,sre=operator,*=reader`. Throws INVALID_CONFIGURATION. */
  static parse(text: string): RoleMapping {
    return new RoleMapping(text.split(',').map((entry) => parseEntry(entry.trim())));
  }

  /** Returns the highest role that one of these names has; null when none has any. */
  roleOf(names: readonly string[]): CallerRole | null {
    const held = [...names, '*'].map((name) => this.#roles.get(name));
    return callerRoles.findLast((role) => held.includes(role)) ?? null;
  }
}

function parseEntry(entry: string): [string, CallerRole] {
  const equals = entry.lastIndexOf('=');
  const role = callerRoles.find((each) => each === entry.slice(equals + 1));
  if (equals >= 1 && role !== undefined) return [entry.slice(0, equals), role];
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `--role-of must be a list such as admins=owner,sre=operator,*=reader with the roles ` +
      `${callerRoles.join(', ')}; found '${entry}'`,
  );
}
