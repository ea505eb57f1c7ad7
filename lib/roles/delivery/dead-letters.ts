/** Archives dead letters. */

import type { DeadLetter } from '../../ports/broker.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ArchiveStore, NewArchiveEntry } from '../../ports/store/archive-store.ts';
import type { ClaimStore } from '../../ports/store/claim-store.ts';
import type { LeaseStore } from '../../ports/store/lease-store.ts';
import { type ForcedEndDeps, forceEnds } from '../execution/forced-ends.ts';
import { isOfNewerRelease, parseExecutionId } from './dispatcher.ts';

/** What {@link archiveDeadLetters} works with. */
export interface ArchivingDeps extends ForcedEndDeps {
  readonly store: ClaimStore & Pick<LeaseStore, 'endLease'> & Pick<ArchiveStore, 'archive'>;
  readonly logger: Logger;
}

/**
 * Archives each dead letter as one entry. An execution that is still open when its task becomes a
 * dead letter ends FAILED, so that it does not wait forever; a redrive from the archive runs it
 * again.
 *
 * Returns the letters to acknowledge. The others must be received again: their executions are held
 * by a worker now, or their form is that of a newer release, whose archiver knows it.
 */
export async function archiveDeadLetters(
  deps: ArchivingDeps,
  letters: readonly DeadLetter[],
): Promise<DeadLetter[]> {
  const known = letters.filter((letter) => !isOfNewerRelease(letter));
  if (known.length < letters.length) logNewer(deps.logger);
  const unrecognized = known.filter((letter) => parseExecutionId(letter) === null);
  const tasks = known.filter((letter) => parseExecutionId(letter) !== null);
  if (unrecognized.length > 0) await deps.store.archive(unrecognized.map(toArchiveEntry));
  const settled = tasks.length > 0 ? await endExecutions(deps, tasks) : [];
  return [...unrecognized, ...settled];
}

/** The loggers to which letters of a newer release were reported. */
const reportedTo = new WeakSet<Logger>();

function logNewer(logger: Logger): void {
  if (reportedTo.has(logger)) return;
  reportedTo.add(logger);
  logger.warn('dead letters of a newer release found: left to its archiver');
}

async function endExecutions(
  deps: ArchivingDeps,
  letters: readonly DeadLetter[],
): Promise<DeadLetter[]> {
  const byId = new Map(letters.map((letter) => [parseExecutionId(letter) ?? '', letter]));
  const ends = [...byId].map(([id, { reason }]) => {
    return [id, { error: 'Millrace.DeadLettered', cause: reason }] as const;
  });
  const refused = await forceEnds(deps, new Map(ends));
  const missing = refused.filter(({ reason }) => reason === 'missing').map(({ id }) => id);
  await archiveMissing(
    deps,
    missing.flatMap((id) => byId.get(id) ?? []),
  );
  const heldElsewhere = new Set(refused.filter((r) => r.reason === 'held').map(({ id }) => id));
  return letters.filter((letter) => !heldElsewhere.has(parseExecutionId(letter) ?? ''));
}

async function archiveMissing(
  { store, logger }: ArchivingDeps,
  letters: readonly DeadLetter[],
): Promise<void> {
  if (letters.length === 0) return;
  logger.warn('dead letters without an execution: archived with their message', {
    letters: letters.length,
  });
  await store.archive(letters.map(toArchiveEntry));
}

function toArchiveEntry(letter: DeadLetter): NewArchiveEntry {
  const { id, queue, body, reason, deliveries, sentAt } = letter;
  return { taskId: id, queue, body, reason, deliveries, sentAt };
}
