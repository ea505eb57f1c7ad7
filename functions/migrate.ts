/** Entry of the function that migrates the database, a custom resource of the stack. */
import { migrateFunction } from '../lib/lambda/migrate-function.ts';

export const handler = migrateFunction();
