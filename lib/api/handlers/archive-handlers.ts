import type { Millrace } from '../../app/millrace.ts';
import { MillraceError } from '../../errors.ts';
import {
  type ArchiveSelection,
  type PaceOptions,
  presentEntries,
} from '../../operations/archive.ts';
import type { Redactor } from '../../operations/execution-view/redactor.ts';
import { type archiveOperations, refusedMax } from '../contract/archive.ts';
import type { ApiCall, ApiRequest } from '../contract/contract.ts';
import { type AppOpener, type OperationHandlers, splitQuery } from './app-opener.ts';
import { redactCause, redactDocuments, redactorFor } from './redacted-replies.ts';

/** Maximum duration of a command before it returns a cursor, in milliseconds. */
const commandMsMax = 20_000;

type Command = ApiRequest<'deleteArchived'>['body'];

/** Handles the operations on the archive. */
export function archiveHandlers(
  open: AppOpener,
): OperationHandlers<keyof typeof archiveOperations> {
  return {
    listArchive: async ({ query }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const { page, filter } = splitQuery(query);
      const { entries, next } = await app.archive.list(filter, page);
      return { entries: entries.map((entry) => redactEntry(entry, redactor)), next };
    },
    getArchiveSummary: async ({ query }) => (await open()).archive.summary(query.limit),
    getArchived: async ({ params }, call) => {
      const app = await open();
      const redactor = redactorFor(app, call);
      const entry = await app.archive.getText(params.taskId);
      return redactEntry(redactDocuments(entry, redactor), redactor);
    },
    redriveArchived: async ({ body }, call) => {
      const app = await open();
      if (body.dryRun) return preview(app, withoutLatest(body));
      const { latest, ...selected } = body;
      const refused: { readonly taskId: string; readonly problem: string }[] = [];
      const onRefused = (taskId: string, problem: string) => {
        if (refused.length < refusedMax) refused.push({ taskId, problem });
      };
      const { count, next } = await carryOut(app, selected, call, async function* (over, pace) {
        const options = { ...pace, latest, onRefused };
        for await (const ids of app.archive.redrive(over, options)) yield ids.length;
      });
      return { redriven: count, next, refused };
    },
    deleteArchived: async ({ body }, call) => {
      const app = await open();
      if (body.dryRun) return preview(app, body);
      const { count, next } = await carryOut(app, body, call, (selection, pace) =>
        app.archive.delete(selection, pace),
      );
      return { deleted: count, next };
    },
  };
}

function withoutLatest({ latest: _, ...command }: ApiRequest<'redriveArchived'>['body']): Command {
  return command;
}

/** The body of a task that belongs to no execution may be any text. */
function redactEntry<Entry extends { readonly body: string; readonly cause: string | null }>(
  entry: Entry,
  redactor: Redactor | null,
): Entry {
  if (redactor === null) return entry;
  return { ...redactCause(entry, redactor), body: redactor.text(entry.body) };
}

function preview({ archive }: Millrace, command: Command) {
  const { limit } = command;
  return archive.preview(toSelection(command), limit === undefined ? {} : { limit });
}

function toSelection(command: Command): ArchiveSelection {
  const { limit, perSecond, dryRun, cursor, ...selection } = command;
  return selection;
}

/**
 * Runs a command until it is done or time runs out, and returns what it has done. The cursor of the
 * rest holds the time before which entries count, and how many of the limit are left.
 */
async function carryOut(
  { archive }: Millrace,
  command: Command,
  { signal }: ApiCall,
  run: (selection: ArchiveSelection, pace: PaceOptions) => AsyncGenerator<number>,
): Promise<{ readonly count: number; readonly next: string | null }> {
  const { perSecond, cursor } = command;
  const earlier = cursor === undefined ? null : parseCursor(cursor);
  const present = await presentEntries(toSelection(command), (...query) => archive.list(...query));
  const selection = { ...present, ...(earlier !== null && { archivedBefore: earlier.before }) };
  const limit = earlier === null ? command.limit : earlier.left;
  const stop = AbortSignal.any([AbortSignal.timeout(commandMsMax), signal]);
  let count = 0;
  const pages = run(selection, {
    signal: stop,
    ...(perSecond !== undefined && { perSecond }),
    ...(limit !== undefined && { limit }),
  });
  for await (const taken of pages) count += taken;
  const left = limit === undefined ? undefined : limit - count;
  if (!stop.aborted || left === 0) return { count, next: null };
  const hasMore = (await archive.count(selection)) > 0;
  return { count, next: hasMore ? `${selection.archivedBefore}~${left ?? ''}` : null };
}

function parseCursor(cursor: string): { readonly before: number; readonly left?: number } {
  const [, before, left] = /^(\d{1,16})~(\d{0,9})$/.exec(cursor) ?? [];
  if (before !== undefined) {
    return { before: Number(before), ...(left && { left: Number(left) }) };
  }
  throw new MillraceError(
    'INVALID_ARGUMENT',
    "body.cursor: expected the 'next' of an earlier reply to this command, found " +
      JSON.stringify(cursor.slice(0, 80)),
  );
}
