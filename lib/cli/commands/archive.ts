/**
 * `millrace archive list | show | redrive | delete`: what failed for good, and what a person
 * decides about it.
 */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import { findExecution, shownExecution } from '../../operations/executions.ts';
import type { ArchiveEntry } from '../../ports/archive-store.ts';
import { type AppOptions, inspectApp, withAppOptions } from '../app-options.ts';
import { type FilterOptions, filterOf, missingText, withFilterOptions } from '../archive-filter.ts';
import { fieldLines } from '../execution-text.ts';
import { exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type PageOptions, pageOf, printPage, withPageOptions } from '../paging.ts';
import { momentText, textTable } from '../text-table.ts';
import { deleteCommand, redriveCommand } from './archive-orders.ts';

/** The commands; `fail` is given the exit status of redriven executions that fail again. */
export function archiveCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('archive')
    .description('look at what failed for good, run it again or delete it')
    .addCommand(listCommand(io))
    .addCommand(showCommand(io, fail))
    .addCommand(redriveCommand(io, fail))
    .addCommand(deleteCommand(io, fail));
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('the newest first');
  return withFilterOptions(withPageOptions(command)).action(
    (options: FilterOptions & PageOptions) =>
      inspectApp(io, command, async ({ store }) => {
        const page = await store.listArchive(filterOf([], options), pageOf(options));
        printPage(io, options, 'entries', page, archiveTable);
      }),
  );
}

function archiveTable(entries: readonly ArchiveEntry[]): string[] {
  if (entries.length === 0) return ['nothing in the archive matches'];
  return textTable(
    ['task', 'execution', 'queue', 'attempts', 'reason', 'archived'],
    entries.map(({ taskId, executionName, queue, attempts, reason, archivedAt }) => [
      ...[taskId, executionName, queue, attempts, reason, momentText(archivedAt)],
    ]),
  );
}

function showCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('show')
    .description('one entry, with what its execution was given and how it failed')
    .argument('<task>', "the task's id, or <machine>:<name> of its execution");
  return withAppOptions(command).action((task: string, { json }: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const entry = await findEntry(app, task);
      if (entry === null) {
        io.stderr.write(missingText(task));
        fail(exitStatus.workFailed);
        if (json) printJson(io, { entry: null });
        return;
      }
      const { executionId } = entry;
      const execution = executionId === null ? null : await app.store.getExecution(executionId);
      const shown = execution === null ? null : shownExecution(execution);
      if (json) return printJson(io, { entry, execution: shown });
      const { input, status } = shown ?? {};
      printLines(io, fieldLines({ ...entry, status: status ?? null, input: input ?? null }));
    }),
  );
}

async function findEntry(app: Millrace, task: string): Promise<ArchiveEntry | null> {
  const entry = await app.store.getArchived(task);
  if (entry !== null || !task.includes(':')) return entry;
  const execution = await findExecution(app, task);
  return execution === null ? null : app.store.getArchived(execution.id);
}
