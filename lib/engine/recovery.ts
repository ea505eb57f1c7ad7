/** Handles a failed state: it is retried, a catcher handles it, or its branch fails. */
import { findCatcher } from '../asl/catcher.ts';
import type { Catcher, Retrier } from '../asl/definition.ts';
import { decideRetry } from '../asl/retrier.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import type { QueryLanguage } from './language/query-language.ts';
import { durationMsMax } from './limits.ts';
import type { Recovery } from './node.ts';
import { type Failed, finished, type Step, toFailed } from './step.ts';
import { toHistoryType, type Visit } from './visit.ts';

/** Compiles `Retry` and `Catch`. */
export function compileRecovery(
  state: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  language: QueryLanguage,
): Recovery {
  const catchers = state.Catch ?? [];
  return {
    retriers: state.Retry ?? [],
    catchers,
    catcherOutputs: new Map(
      catchers.map((catcher, index) => [
        catcher,
        language.compileCatcherOutput(catcher, `Catch[${index}]/`),
      ]),
    ),
  };
}

/**
 * Returns the next step after `failure`: the backoff of a retry, the state of a catcher, or the
 * failure itself when nothing handles it. A Parallel or Map that is not retried is recorded as
 * failed.
 */
export function recover(visit: Visit, failure: Failed): Step {
  const { node } = visit;
  // States.Runtime always fails the execution, whatever the definition says.
  if (!('recovery' in node) || failure.error === ErrorName.runtime) return failure;
  const name = failure.matchedAs ?? failure.error ?? '';
  const retry = scheduleRetry(visit, node.recovery, name);
  if (retry !== undefined) return retry;
  const { lastId } = visit;
  recordFailed(visit);
  visit.transition.budget.renewForCatcher();
  try {
    return applyCatcher(visit, node.recovery, name, failure);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    visit.lastId = lastId;
    const failed = toFailed(thrown, visit);
    if (failed.error !== ErrorName.runtime) recordFailed(visit);
    return failed;
  }
}

function recordFailed(visit: Visit): void {
  const type = toHistoryType(visit.node);
  if (type === 'Parallel' || type === 'Map') visit.record(`${type}StateFailed`);
}

function scheduleRetry(visit: Visit, { retriers }: Recovery, name: string): Step | undefined {
  if (retriers.length === 0) return undefined;
  const decision = decideRetry(retriers, name, visit.retries, visit.transition.random);
  if (decision.kind === 'giveUp') return undefined;
  visit.retries = retriers.map(
    (_, index) => (visit.retries[index] ?? 0) + (index === decision.index ? 1 : 0),
  );
  visit.attempt += 1;
  visit.transition.marks.push({ kind: 'retried', state: visit.node.name, ms: 0 });
  const delayMs = Math.min(Math.ceil(decision.delaySeconds * 1_000), durationMsMax);
  return { kind: 'blocked', doing: { kind: 'retry', at: visit.transition.at + delayMs } };
}

function applyCatcher(visit: Visit, recovery: Recovery, name: string, failure: Failed): Step {
  const catcher = findCatcher(recovery.catchers, name);
  const output = catcher === undefined ? undefined : recovery.catcherOutputs.get(catcher);
  if (catcher === undefined || output === undefined) return failure;
  const absent = failure.isReported === true ? null : '';
  const errorOutput = { Error: failure.error ?? absent, Cause: failure.cause ?? absent };
  return finished(output(visit, errorOutput), catcher.Next);
}
