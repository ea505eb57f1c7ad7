/**
 * What becomes of dead letters: a row of the archive each. An execution that still is open when its
 * task is a dead letter is ended FAILED, so that it does not wait for ever; a redrive from the
 * archive runs it again.
 */
import type { ArchiveStore, NewArchiveEntry } from '../../ports/archive-store.ts';
import type { DeadLetter } from '../../ports/broker.ts';
import type { ExecutionStore } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import { endByForce, type ForcedEndDeps } from '../execution/forced-ends.ts';
import { executionOf } from './task-message.ts';

/** What dead letters are archived with. */
export interface ArchivingDeps extends ForcedEndDeps {
  readonly store: Pick<ExecutionStore, 'claim' | 'endLease'> & Pick<ArchiveStore, 'archive'>;
  readonly logger: Logger;
}

/**
 * Archives dead letters; answers those that are done with. The others' executions are held by a
 * worker now: they are to show up again.
 */
export async function archiveDeadLetters(
  parts: ArchivingDeps,
  letters: readonly DeadLetter[],
): Promise<DeadLetter[]> {
  const foreign = letters.filter((letter) => executionOf(letter) === null);
  const tasks = letters.filter((letter) => executionOf(letter) !== null);
  if (foreign.length > 0) await parts.store.archive(foreign.map(entryOf));
  const settled = tasks.length > 0 ? await endExecutions(parts, tasks) : [];
  return [...foreign, ...settled];
}

async function endExecutions(
  parts: ArchivingDeps,
  letters: readonly DeadLetter[],
): Promise<DeadLetter[]> {
  const byId = new Map(letters.map((letter) => [executionOf(letter) ?? '', letter]));
  const ends = [...byId].map(([id, { reason }]) => {
    return [id, { error: 'Millrace.DeadLettered', cause: reason }] as const;
  });
  const refused = await endByForce(parts, new Map(ends));
  const missing = refused.filter(({ reason }) => reason === 'missing').map(({ id }) => id);
  await archiveMissing(
    parts,
    missing.flatMap((id) => byId.get(id) ?? []),
  );
  const heldElsewhere = new Set(refused.filter((r) => r.reason === 'held').map(({ id }) => id));
  return letters.filter((letter) => !heldElsewhere.has(executionOf(letter) ?? ''));
}

async function archiveMissing(
  { store, logger }: ArchivingDeps,
  letters: readonly DeadLetter[],
): Promise<void> {
  if (letters.length === 0) return;
  logger.warn('dead letters name executions that the store does not know', {
    letters: letters.length,
  });
  await store.archive(letters.map(entryOf));
}

function entryOf(letter: DeadLetter): NewArchiveEntry {
  const { id, queue, body, reason, deliveries, sentAt } = letter;
  return { taskId: id, queue, body, reason, deliveries, sentAt };
}
