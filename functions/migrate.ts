/** The migrations of the database, as a custom resource of the stack. */
import { migrateFunction } from '../lib/lambda/migrate-function.ts';

export const handler = migrateFunction();
