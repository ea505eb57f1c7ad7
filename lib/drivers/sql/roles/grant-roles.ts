import { MillraceError } from '../../../errors.ts';
import type { StoreLogin, StoreRoles } from '../../../ports/store/store.ts';
import type { SqlClient } from '../sql-client.ts';
import { scramVerifier } from './scram-verifier.ts';

/** What a role may do with the rows of the tables. */
const privileges = Object.freeze({
  application: 'SELECT, INSERT, UPDATE, DELETE',
  reader: 'SELECT',
} satisfies Record<keyof StoreRoles, string>);

/** Names that mean the same with and without quotes. */
const namePattern = /^[a-z_][a-z0-9_]{0,62}$/;

/** Passwords that mean the same to every client. */
const passwordPattern = /^[\x21-\x7e]{16,128}$/;

/**
 * Creates the roles that do not exist, and grants them what they need of the schema, now and after
 * later migrations by the same owner. Neither may change the schema or its version. A role with a
 * password logs in with it from now on; any other is left as it is, and created without a login.
 * Throws INVALID_ARGUMENT for a name or a password, STORE_FAILED when the owner may not create
 * roles.
 */
export async function grantRoles(client: SqlClient, roles: StoreRoles = {}): Promise<void> {
  const statements = (Object.keys(privileges) as (keyof StoreRoles)[]).flatMap((kind) => {
    const role = roles[kind];
    return role === undefined ? [] : toStatements(kind, role);
  });
  if (statements.length > 0) await client.transaction(statements);
}

function toStatements(kind: keyof StoreRoles, role: string | StoreLogin): string[] {
  const { name, password } = typeof role === 'string' ? { name: role, password: null } : role;
  if (!namePattern.test(name)) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `the ${kind} role must be a name of lower-case letters, digits and _, of at most 63 ` +
        `characters; found '${name}'`,
    );
  }
  if (password !== null && !passwordPattern.test(password)) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `the password of the ${kind} role '${name}' must be 16 to 128 printable ASCII characters; ` +
        `found a text of ${password.length}`,
    );
  }
  return [
    `DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN
        CREATE ROLE "${name}" NOLOGIN;
      END IF;
    END $$`,
    ...(password === null
      ? []
      : [`ALTER ROLE "${name}" LOGIN PASSWORD '${scramVerifier(password)}'`]),
    ...grants(kind, name),
  ];
}

function grants(kind: keyof StoreRoles, role: string): string[] {
  const rights = privileges[kind];
  return [
    `GRANT USAGE ON SCHEMA millrace TO "${role}"`,
    `GRANT ${rights} ON ALL TABLES IN SCHEMA millrace TO "${role}"`,
    // Whoever could change the version could make a newer program believe in another schema.
    `REVOKE INSERT, UPDATE, DELETE ON millrace.schema_migrations FROM "${role}"`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA millrace GRANT ${rights} ON TABLES TO "${role}"`,
    // Documents and results that do not fit into a call of the Data API pass through it.
    `GRANT INSERT, DELETE ON millrace.pieces TO "${role}"`,
  ];
}
