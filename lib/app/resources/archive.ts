import {
  type ArchivedTask,
  type ArchivedText,
  type ArchivePreview,
  type ArchiveRedriveOptions,
  type ArchiveSelection,
  countArchived,
  deleteArchived,
  getArchived,
  listArchive,
  missingFromArchive,
  type PaceOptions,
  previewArchived,
  redriveArchived,
  summarizeArchive,
} from '../../operations/archive.ts';
import type {
  ArchiveEntry,
  ArchiveFilter,
  ArchiveSummary,
} from '../../ports/store/archive-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * The archive of an app: the tasks whose retries are exhausted. `app.archive`. Commands on a
 * selection without a condition throw INVALID_ARGUMENT, unless it says `all: true`.
 *
 * @example
 * for await (const ids of app.archive.redrive({ error: 'BadAddress' })) console.log(ids.length);
 */
export class Archive {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists entries, newest first. */
  list(
    filter: ArchiveFilter = {},
    page: PageRequest = { limit: 100 },
  ): Promise<Page<ArchiveEntry>> {
    return listArchive(this.#deps.lists, filter, page);
  }

  /** Returns one entry, by its task's id or `machine:name`; throws UNKNOWN_TASK. */
  async get(task: string): Promise<ArchivedTask> {
    const { input, ...entry } = await this.getText(task);
    return { ...entry, input: input?.toJSON() ?? null };
  }

  /** As `get`, with the input letter for letter. */
  getText(task: string): Promise<ArchivedText> {
    return getArchived(this.#deps.context, task);
  }

  /**
   * Counts the archive by error, machine and queue, the most frequent first. Reads totals that are
   * kept up to date.
   */
  summary(limit = 50): Promise<ArchiveSummary> {
    return summarizeArchive(this.#deps.lists, limit);
  }

  /** Counts the entries of a selection. */
  count(selection: ArchiveSelection): Promise<number> {
    return countArchived(this.#deps.context, selection);
  }

  /** Returns what a redrive or a deletion would do, and changes nothing. */
  preview(
    selection: ArchiveSelection,
    options?: Pick<PaceOptions, 'limit'>,
  ): Promise<ArchivePreview> {
    return previewArchived(this.#deps.context, selection, options);
  }

  /**
   * Runs archived executions again, each from the state that failed, oldest first. Yields the ids
   * of each page. With `latest`, under the newest definitions of their machines.
   */
  redrive(
    selection: ArchiveSelection,
    options: ArchiveRedriveOptions = {},
  ): AsyncGenerator<readonly string[]> {
    return redriveArchived(this.#deps.context, selection, options);
  }

  /** Deletes entries, oldest first; their executions are kept. Yields the count of each page. */
  delete(selection: ArchiveSelection, options: PaceOptions = {}): AsyncGenerator<number> {
    return deleteArchived(this.#deps.context, selection, options);
  }

  /** Returns those of `taskIds` that the archive does not have. */
  missing(taskIds: readonly string[]): Promise<string[]> {
    return missingFromArchive(this.#deps.context, taskIds);
  }
}
