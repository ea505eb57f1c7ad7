/**
 * The list of all commands. Each group of commands is one file in `commands/`, which is loaded when
 * it is called: a command that loads all others takes several times as long to start.
 */
import type { CommandLoaders } from './command-loaders.ts';
import { resourceCommands } from './resource-commands.ts';

/** The command that needs all others. */
export const completionName = 'completion';

/** The commands of the library. */
export const allCommands: CommandLoaders = Object.freeze({
  init: async () => (await import('../init/init-command.ts')).initCommand,
  run: async () => (await import('../commands/run.ts')).runCommand,
  validate: async () => (await import('../commands/validate.ts')).validateCommand,
  'test-state': async () => (await import('../commands/test-state.ts')).testStateCommand,
  test: async () => (await import('../testing/test-command.ts')).testCommand,
  types: async () => (await import('../types/types-command.ts')).typesCommand,
  import: async () => (await import('../migration/import-command.ts')).importCommand,
  export: async () => (await import('../migration/export-command.ts')).exportCommand,
  ...resourceCommands,
  leader: async () => (await import('../commands/leader.ts')).leaderCommand,
  worker: async () => (await import('../commands/worker.ts')).workerCommand,
  dev: async () => (await import('../dev/dev-command.ts')).devCommand,
  api: async () => (await import('../commands/api.ts')).apiCommand,
  'step-functions': async () =>
    (await import('../commands/step-functions.ts')).stepFunctionsCommand,
  dashboard: async () => (await import('../commands/dashboard.ts')).dashboardCommand,
  migrate: async () => (await import('../commands/migrate.ts')).migrateCommand,
  doctor: async () => (await import('../commands/doctor.ts')).doctorCommand,
  top: async () => (await import('../top/top-command.ts')).topCommand,
  [completionName]: async () =>
    (await import('../completion/completion-command.ts')).completionCommand,
});
