/** Users of a test's database who may do only what their roles may. */
import { openPostgresStore } from '../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { TestDatabase } from './test-database.ts';

/** The URLs of a database for its users, by their role. */
export interface RoleUrls {
  readonly application: string;
  readonly reader: string;
}

/** Migrates a database as its owner, with roles, and returns the URLs of a user in each. */
export async function migrateWithRoles(database: TestDatabase): Promise<RoleUrls> {
  const owner = openPostgresStore({ clock: systemClock, url: database.url });
  const id = new URL(database.url).pathname.slice(-12);
  const roles = { application: `app_${id}`, reader: `read_${id}` };
  await owner.migrate(roles);
  await owner.close();
  const [application, reader] = await Promise.all(
    [roles.application, roles.reader].map((role) => createUser(database, role)),
  );
  return { application: application ?? '', reader: reader ?? '' };
}

async function createUser(database: TestDatabase, role: string): Promise<string> {
  const user = `${role}_user`;
  await database.query(`CREATE USER ${user} PASSWORD 'only-in-tests' IN ROLE ${role}`);
  database.beforeDrop(`DROP OWNED BY ${user}, ${role}`, `DROP ROLE ${user}, ${role}`);
  const url = new URL(database.url);
  url.username = user;
  url.password = 'only-in-tests';
  return url.href;
}
