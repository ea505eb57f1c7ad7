import type { MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { resolveSettings, type SettingFolders } from '../config/settings.ts';
import { createLineLogger } from '../drivers/system/line-logger.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { MillraceError } from '../errors.ts';
import type { StoreRoles } from '../ports/store/store.ts';
import { connectStore } from './compose/open-store.ts';
import { waitForService } from './compose/wait-for-service.ts';

/** Options of {@link migrateStore}. */
export interface MigrateStoreOptions {
  readonly config: Omit<MillraceConfig, 'machines'>;
  readonly folders: SettingFolders;
  readonly flags: SettingOverrides;
  /** Roles of the database that get what they need. @default none */
  readonly roles: StoreRoles;
}

/** The schema after a migration. */
export interface MigratedStore {
  readonly store: string;
  readonly version: number;
}

/**
 * Brings the schema of a store up to date without opening an app, as the role that owns it, and
 * grants roles what they need. Throws INVALID_ARGUMENT for roles of a store that is no server,
 * STORE_UNAVAILABLE, STORE_FAILED.
 */
export async function migrateStore({
  config,
  folders,
  flags,
  roles,
}: MigrateStoreOptions): Promise<MigratedStore> {
  const settings = resolveSettings(config, { ...readEnv(), ...flags }, folders);
  const { driver } = settings.store;
  const isServer = driver === 'postgres' || driver === 'rds-data';
  if (!isServer && Object.values(roles).some((role) => role !== undefined)) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `roles need a PostgreSQL (--postgres) or Aurora; the store is ${driver}, which only its process uses`,
    );
  }
  const logger = createLineLogger({
    level: 'warn',
    format: 'text',
    now: Date.now,
    write: (line) => process.stderr.write(line),
  });
  const store = await connectStore(settings.store);
  try {
    const waiting = { clock: systemClock, logger, waitMs: settings.startWaitMs };
    await waitForService('database', () => store.migrate(roles), waiting);
    const { schema } = await store.inspect();
    return { store: store.description, version: schema.applied };
  } finally {
    await store.close();
  }
}
