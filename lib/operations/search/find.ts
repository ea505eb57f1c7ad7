import type { FoundEntry } from '../../ports/store/find-store.ts';
import type { AppContext } from '../app-context.ts';
import { queueNames } from '../queues.ts';

/** Something that a text finds. */
export type FindHit =
  | FoundEntry
  | { readonly kind: 'queue'; readonly id: string; readonly label: string; readonly status: null };

/** Maximum number of hits of one kind. */
const hitsMax = 5;

/**
 * Finds executions, batches, machines, queues and errors of archived tasks by the beginning of an
 * id or a name, at most 5 of each kind. Those that are called exactly so come first.
 */
export async function find(
  context: Pick<AppContext, 'store' | 'settings'>,
  text: string,
): Promise<FindHit[]> {
  const wanted = text.trim();
  if (wanted === '') return [];
  const queues = queueNames(context)
    .filter((queue) => queue.startsWith(wanted))
    .slice(0, hitsMax)
    .map((queue): FindHit => ({ kind: 'queue', id: queue, label: queue, status: null }));
  const hits = [...(await context.store.find(wanted, hitsMax)), ...queues];
  const isExact = ({ id, label }: FindHit) => id === wanted || label === wanted;
  return [...hits.filter(isExact), ...hits.filter((hit) => !isExact(hit))];
}
