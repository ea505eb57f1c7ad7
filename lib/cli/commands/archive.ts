/** The commands `millrace archive list | get | redrive | delete`. */
import { Command } from 'commander';
import { shortText } from '../../asl/plain-text.ts';
import type { ArchiveEntry } from '../../ports/store/archive-store.ts';
import { type FilterOptions, toArchiveFilter, withFilterOptions } from '../archive-selection.ts';
import { checkFilterNames } from '../check-names.ts';
import { withExamples } from '../examples.ts';
import { causeMessage, fieldLines } from '../execution-text.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../paging.ts';
import type { TableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';
import { archiveDeleteCommand } from './archive-delete.ts';
import { archiveRedriveCommand } from './archive-redrive.ts';

/** Creates the commands. */
export function archiveCommand(io: Io, fail: Fail): Command {
  return new Command('archive')
    .description('list, redrive and delete tasks whose retries are exhausted')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(archiveRedriveCommand(io, fail))
    .addCommand(archiveDeleteCommand(io, fail));
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('list archived tasks, newest first');
  withExamples(withFilterOptions(withPageOptions(command)), {
    'millrace archive list --batch 01994a3e-6f0c-7000-8000-000000000001':
      'list what failed in a batch',
    'millrace archive list --error BadAddress --from 2026-11-24':
      'list what failed with an error since a date',
  });
  return command.action((options: FilterOptions & PageOptions) =>
    withApp(io, command, async (app) => {
      const page = await app.archive.list(toArchiveFilter(options), toPageRequest(options));
      await checkFilterNames(app, page.entries, options);
      printPage(io, options, 'entries', page, archiveTable);
    }),
  );
}

/** Maximum length of a cause in a table; `archive get` has all of it. */
const causeCharsMax = 60;

function archiveTable(entries: readonly ArchiveEntry[], look: TableLook): string[] {
  if (entries.length === 0) return ['no archived task matches'];
  return textTable(
    ['task', 'execution', 'queue', 'attempts', 'reason', 'archived', 'cause'],
    entries.map(({ taskId, executionName, queue, attempts, reason, archivedAt, cause }) => [
      taskId,
      executionName,
      queue,
      attempts,
      reason,
      momentText(archivedAt),
      cause === null ? null : shortText(causeMessage(cause).split('\n', 1)[0] ?? '', causeCharsMax),
    ]),
    { look, optional: ['archived', 'attempts', 'queue'] },
  );
}

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('show an archived task, with the input of its execution and how it failed')
    .argument('<task>', "the task's id, or <machine>:<name> of its execution");
  withExamples(withAppOptions(command), {
    'millrace archive get order:A-7': 'show the archived task of an execution',
  });
  return command.action((task: string, { json }: AppOptions) =>
    withApp(io, command, async ({ archive }) => {
      const entry = await archive.get(task);
      if (json) printJson(io, entry);
      else printLines(io, fieldLines({ ...entry }));
    }),
  );
}
