/** The command `millrace migrate`. */
import { Command } from 'commander';
import { withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';
import {
  type AppOptions,
  loadAppConfig,
  toSettingOverrides,
  withAppOptions,
} from '../options/app-options.ts';

interface MigrateOptions extends AppOptions {
  readonly applicationRole?: string;
  readonly readerRole?: string;
}

/** Creates the command. */
export function migrateCommand(io: Io): Command {
  const command = new Command('migrate')
    .summary('bring the schema of the database up to date')
    .description(
      'bring the schema of the database up to date, as the role that owns it; every other command ' +
        'does so when it may',
    )
    .option('--application-role <name>', 'role that leaders and workers need, created if missing')
    .option('--reader-role <name>', 'role that only reads, created if missing');
  withExamples(withAppOptions(command), {
    'millrace migrate --application-role millrace_app --reader-role millrace_read':
      'migrate as the owner of POSTGRES_URL, for processes that are not',
  });
  return command.action(async (options: MigrateOptions) => {
    const { config, folder } = await loadAppConfig(io, command, 'optional');
    const { applicationRole: application, readerRole: reader } = options;
    const { migrateStore } = await import('../../app/migrate-store.ts');
    const roles = { application, reader };
    const { store, version } = await migrateStore({
      config,
      folders: { config: folder, current: io.folder },
      flags: toSettingOverrides(options),
      roles,
    });
    if (options.json) printJson(io, { store, version, roles });
    else printLines(io, [`${store}: schema version ${version}`]);
  });
}
