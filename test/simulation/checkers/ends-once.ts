/** Every accepted execution ends exactly once, unless a person has it run again. */
import { mapRunOf } from '../../../lib/batch/map-run/map-run-batch.ts';
import { isEnd } from '../../../lib/engine/status.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker, Evidence } from './checker.ts';

/** See this file's head. */
export function endsOnce(): Checker {
  return {
    invariant: 'every accepted execution ends exactly once',
    seen: (observation) => (observation.kind === 'committed' ? judgeCommit(observation) : []),
    judge: async (evidence) => [...open(evidence), ...(await missing(evidence))],
  };
}

function judgeCommit({
  checkpoint,
  accepted,
  before,
}: Extract<Observation, { kind: 'committed' }>): string[] {
  if (!accepted || before === null || !isEnd(before.status)) return [];
  // The same end written again, because the first answer was lost, changes nothing.
  const repeated = before.status === checkpoint.status && before.output === checkpoint.output;
  return repeated ? [] : [`${before.id}: ${checkpoint.status} came after ${before.status}`];
}

function open({ ledger }: Evidence): string[] {
  return ledger.open.map(({ execution, status }) => `${execution.id} is ${status} at the end`);
}

/** Each item of a batch that was read to its end became one execution, and only one. */
async function missing({ store, ledger, batches, mapRuns }: Evidence): Promise<string[]> {
  const broken: string[] = [];
  const children = mapRuns.map((run) => ({ id: run.id, items: mapRunOf(run)?.run.items ?? [] }));
  for (const { id, items } of [...batches, ...children]) {
    const batch = await store.getBatch(id);
    const indexes = ledger.ofBatch(id).map(({ execution }) => execution.batchIndex);
    if (new Set(indexes).size !== indexes.length) broken.push(`${id}: an item was taken twice`);
    if (batch?.sourceDone && indexes.length !== items.length) {
      broken.push(`${id}: ${items.length} items, ${indexes.length} executions`);
    }
  }
  return broken;
}
