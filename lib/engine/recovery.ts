/** What happens to a failed state: it is tried again, a catcher takes over, or its branch fails. */
import { findCatcher } from '../asl/catcher.ts';
import type { Catcher, Retrier } from '../asl/definition.ts';
import { decideRetry } from '../asl/retrier.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import type { ErrorOutput, Outcome, QueryLanguage } from './language/query-language.ts';
import { durationMsMax } from './limits.ts';
import { type Failed, failureFrom, finished, type Step } from './step.ts';
import { type Visit, wordOf } from './visit.ts';

/** A state's compiled `Retry` and `Catch`. */
export interface Recovery {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
  readonly rescues: ReadonlyMap<Catcher, (visit: Visit, error: ErrorOutput) => Outcome>;
}

/** Compiles `Retry` and `Catch`. */
export function compileRecovery(
  state: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  language: QueryLanguage,
): Recovery {
  const catchers = state.Catch ?? [];
  return {
    retriers: state.Retry ?? [],
    catchers,
    rescues: new Map(
      catchers.map((catcher, index) => [catcher, language.rescue(catcher, `Catch[${index}]/`)]),
    ),
  };
}

/**
 * How the visit goes on after `failure`: a back-off, a catcher's state, or the failure that nothing
 * recovers. A Parallel or Map that is not tried again says that it failed.
 */
export function recover(visit: Visit, failure: Failed): Step {
  const { node } = visit;
  // States.Runtime always ends the execution, whatever the definition says
  if (!('recovery' in node) || failure.error === ErrorName.runtime) return failure;
  const name = failure.matchedAs ?? failure.error ?? '';
  const again = retry(visit, node.recovery, name);
  if (again !== undefined) return again;
  const { lastId } = visit;
  recordFailed(visit);
  try {
    return handOver(visit, node.recovery, name, failure);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    visit.lastId = lastId;
    const failed = failureFrom(thrown, visit);
    if (failed.error !== ErrorName.runtime) recordFailed(visit);
    return failed;
  }
}

function recordFailed(visit: Visit): void {
  const word = wordOf(visit.node);
  if (word === 'Parallel' || word === 'Map') visit.record(`${word}StateFailed`);
}

function retry(visit: Visit, { retriers }: Recovery, name: string): Step | undefined {
  if (retriers.length === 0) return undefined;
  const decision = decideRetry(retriers, name, visit.retries, visit.turn.random);
  if (decision.kind === 'giveUp') return undefined;
  visit.retries = retriers.map(
    (_, index) => (visit.retries[index] ?? 0) + (index === decision.index ? 1 : 0),
  );
  visit.attempt += 1;
  const delayMs = Math.min(Math.ceil(decision.delaySeconds * 1_000), durationMsMax);
  return { kind: 'blocked', doing: { kind: 'retry', at: visit.turn.at + delayMs } };
}

function handOver(visit: Visit, recovery: Recovery, name: string, failure: Failed): Step {
  const catcher = findCatcher(recovery.catchers, name);
  const rescue = catcher === undefined ? undefined : recovery.rescues.get(catcher);
  if (catcher === undefined || rescue === undefined) return failure;
  const errorOutput = { Error: failure.error ?? '', Cause: failure.cause ?? '' };
  return finished(rescue(visit, errorOutput), catcher.Next);
}
