/** The command `millrace archive delete`. */
import { Command } from 'commander';
import {
  printPreview,
  reportMissing,
  type SelectionOptions,
  showProgress,
  toPace,
  toSelection,
  withSelectionOptions,
} from '../archive-selection.ts';
import { withExamples } from '../examples.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { withApp } from '../options/app-options.ts';

interface DeleteOptions extends SelectionOptions {
  readonly yes?: boolean;
}

/** Creates the command, which fails when it is interrupted. */
export function archiveDeleteCommand(io: Io, fail: Fail): Command {
  const command = new Command('delete')
    .description('permanently delete archived tasks; their executions are kept')
    .option('--yes', 'confirm; required for more than one task by its id');
  withExamples(withSelectionOptions(command), {
    'millrace archive delete 01994a3e-6f0c-7000-8000-000000000001': 'delete one archived task',
    'millrace archive delete --before 2026-01-01 --dry-run': 'count what would be deleted',
    'millrace archive delete --before 2026-01-01 --yes': 'delete old archived tasks',
  });
  return command.action((ids: string[], options: DeleteOptions) =>
    withApp(io, command, async (app) => {
      const selection = toSelection(ids, options);
      const preview = await app.archive.preview(selection, options);
      await reportMissing(io, app, ids, fail);
      if (options.dryRun) return printPreview(io, options, preview, 'deleted');
      if (ids.length !== 1 && !options.yes) {
        badArgument(`this permanently deletes ${preview.matching} entries; pass --yes to confirm`);
      }
      const progress = showProgress(io, 'deleted', preview.matching);
      let deleted = 0;
      for await (const count of app.archive.delete(selection, toPace(io, options))) {
        deleted += count;
        progress(deleted);
      }
      progress(null);
      if (options.json) printJson(io, { deleted });
      else printLines(io, [`${deleted} deleted`]);
      if (io.interrupted.aborted) fail(exitStatus.interrupted);
    }),
  );
}
