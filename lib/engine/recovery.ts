/** What happens to a failed state: it is tried again, a catcher takes over, or its branch fails. */
import { findCatcher } from '../asl/catcher.ts';
import type { Catcher, Retrier } from '../asl/definition.ts';
import { decideRetry } from '../asl/retrier.ts';
import { ErrorName, StateError } from '../asl/state-error.ts';
import type { ErrorOutput, Outcome, QueryLanguage } from './language/query-language.ts';
import { durationMsMax } from './limits.ts';
import { type Failed, failureFrom, finished, type Step } from './step.ts';
import type { Visit } from './visit.ts';

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
    rescues: new Map(catchers.map((catcher) => [catcher, language.rescue(catcher)])),
  };
}

/**
 * How the visit goes on after `failure`: a back-off, a catcher's state, or the failure that nothing
 * recovers.
 */
export function recover(visit: Visit, failure: Failed): Step {
  const { node } = visit;
  // States.Runtime always ends the execution, whatever the definition says
  if (!('recovery' in node) || failure.error === ErrorName.runtime) return failure;
  const name = failure.matchedAs ?? failure.error ?? '';
  return retry(visit, node.recovery, name) ?? handOver(visit, node.recovery, name, failure);
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
  try {
    return finished(rescue(visit, errorOutput), catcher.Next);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failureFrom(thrown, visit);
  }
}
