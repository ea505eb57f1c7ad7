import { MillraceError } from '../../../errors.ts';
import type { StoreRoles } from '../../../ports/store/store.ts';
import type { SqlClient } from '../sql-client.ts';

/** What a role may do with the rows of the tables. */
const privileges = Object.freeze({
  application: 'SELECT, INSERT, UPDATE, DELETE',
  reader: 'SELECT',
} satisfies Record<keyof StoreRoles, string>);

/** Names that mean the same with and without quotes. */
const namePattern = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Creates the roles that do not exist, without a login, and grants them what they need of the
 * schema, now and after later migrations by the same owner. Neither may change the schema or its
 * version. Throws INVALID_ARGUMENT for a name, STORE_FAILED when the owner may not create roles.
 */
export async function grantRoles(client: SqlClient, roles: StoreRoles = {}): Promise<void> {
  const { application, reader } = roles;
  const named = Object.entries({ application, reader }).filter(([, name]) => name !== undefined);
  for (const [kind, name = ''] of named) {
    if (!namePattern.test(name)) {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `the ${kind} role must be a name of lower-case letters, digits and _, of at most 63 ` +
          `characters; found '${name}'`,
      );
    }
  }
  const statements = named.flatMap(([kind, name = '']) =>
    toStatements(name, privileges[kind as keyof StoreRoles]),
  );
  if (statements.length > 0) await client.transaction(statements);
}

function toStatements(role: string, rights: string): string[] {
  return [
    `DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
        CREATE ROLE "${role}" NOLOGIN;
      END IF;
    END $$`,
    `GRANT USAGE ON SCHEMA millrace TO "${role}"`,
    `GRANT ${rights} ON ALL TABLES IN SCHEMA millrace TO "${role}"`,
    // Whoever could change the version could make a newer program believe in another schema.
    `REVOKE INSERT, UPDATE, DELETE ON millrace.schema_migrations FROM "${role}"`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA millrace GRANT ${rights} ON TABLES TO "${role}"`,
  ];
}
