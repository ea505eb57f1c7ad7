import { parseMapRun } from '../../../lib/batch/map-run/map-run-batch.ts';
import { isEnd } from '../../../lib/engine/status.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker, Evidence } from './checker.ts';

/** Checks that every accepted execution ends exactly once, except after a redrive. */
export function endsOnce(): Checker {
  return {
    invariant: 'every accepted execution ends exactly once',
    observe: (observation) => (observation.kind === 'committed' ? checkCommit(observation) : []),
    verify: async (evidence) => [...findOpen(evidence), ...(await findMissing(evidence))],
  };
}

function checkCommit({
  checkpoint,
  accepted,
  before,
}: Extract<Observation, { kind: 'committed' }>): string[] {
  if (!accepted || before === null || !isEnd(before.status)) return [];
  // The same end is written again when the first answer was lost, and changes nothing.
  const repeated = before.status === checkpoint.status && before.output === checkpoint.output;
  return repeated ? [] : [`${before.id}: ${checkpoint.status} came after ${before.status}`];
}

function findOpen({ ledger }: Evidence): string[] {
  return ledger.open.map(({ execution, status }) => `${execution.id} is ${status} at the end`);
}

/** Checks that each item of a batch that was read completely became exactly one execution. */
async function findMissing({ store, ledger, batches, mapRuns }: Evidence): Promise<string[]> {
  const broken: string[] = [];
  const children = mapRuns.map((run) => ({
    id: run.id,
    items: parseMapRun(run)?.run.items ?? [],
    chainOf: null,
  }));
  for (const { id, items, chainOf } of [...batches, ...children]) {
    const batch = await store.getBatch(id);
    const indexes = ledger.ofBatch(id).map(({ execution }) => execution.batchIndex);
    if (new Set(indexes).size !== indexes.length) broken.push(`${id}: an item was taken twice`);
    // How many executions a chained batch finds depends on when it looks.
    if (batch?.sourceDone && chainOf === null && indexes.length !== items.length) {
      broken.push(`${id}: ${items.length} items, ${indexes.length} executions`);
    }
  }
  return broken;
}
