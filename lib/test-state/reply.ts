/** Builds the reply to a test from the step of its state: where it leads, or how it fails. */
import { matchesError } from '../asl/error-match.ts';
import type { Recovery } from '../engine/node.ts';
import { recover } from '../engine/recovery.ts';
import { exitState } from '../engine/run-branch.ts';
import type { Failed, Finished, Step } from '../engine/step.ts';
import { assert } from '../errors.ts';
import type { InspectedVisit } from './inspected-visit.ts';
import type { StateTest } from './prepare-test.ts';
import type { ErrorDetails, TestStateReply } from './request.ts';

/** Returns the reply; the state exits, is retried or fails as in an execution. */
export function createReply(visit: InspectedVisit, test: StateTest, step: Step): TestStateReply {
  const reply = conclude(visit, test, step);
  if ((test.request.inspectionLevel ?? 'INFO') === 'INFO') return reply;
  const { inspection, variables } = visit;
  const input = JSON.stringify(test.documents.input);
  const hasVariables = variables !== undefined && Object.keys(variables).length > 0;
  const variableFields = hasVariables ? { variables: JSON.stringify(variables) } : {};
  return { ...reply, inspectionData: { input, ...inspection, ...variableFields } };
}

/** Sets how often the retrier that matches `error` was used, as the test configures it. */
export function setRetrierUses(visit: InspectedVisit, error: string, { request }: StateTest): void {
  const used = request.stateConfiguration?.retrierRetryCount ?? 0;
  const retriers = findRecovery(visit)?.retriers ?? [];
  const matching = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
  visit.retries = retriers.map((_, index) => (index === matching ? used : 0));
}

function conclude(visit: InspectedVisit, test: StateTest, step: Step): TestStateReply {
  assert(step.kind === 'finished' || step.kind === 'failed', 'the work of the state is over');
  const failure = step.kind === 'finished' ? exitState(visit, step) : step;
  if (failure !== undefined) return concludeFailed(visit, test, failure);
  assert(step.kind === 'finished', 'a step that did not fail has finished');
  return { status: 'SUCCEEDED', ...outputFields(step) };
}

function concludeFailed(visit: InspectedVisit, test: StateTest, failure: Failed): TestStateReply {
  const name = failure.matchedAs ?? failure.error ?? '';
  setRetrierUses(visit, name, test);
  const recovered = recover(visit, failure);
  const details = toErrorDetails(visit, name, recovered);
  if (Object.keys(details).length > 0) visit.inspection.errorDetails = details;
  if (recovered.kind === 'blocked') return { status: 'RETRIABLE', ...failureFields(failure) };
  assert(recovered.kind !== 'forked', 'a recovery starts no branches');
  const uncaught = recovered.kind === 'finished' ? exitState(visit, recovered) : recovered;
  if (uncaught !== undefined) return { status: 'FAILED', ...failureFields(uncaught) };
  assert(recovered.kind === 'finished', 'a caught failure has finished');
  return { status: 'CAUGHT_ERROR', ...failureFields(failure), ...outputFields(recovered) };
}

function toErrorDetails(visit: InspectedVisit, error: string, recovered: Step): ErrorDetails {
  const { retriers = [], catchers = [] } = findRecovery(visit) ?? {};
  const matches = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
    matchesError(ErrorEquals, error);
  const [retryIndex, catchIndex] = [retriers.findIndex(matches), catchers.findIndex(matches)];
  const backoffMs =
    recovered.kind === 'blocked' && recovered.doing.kind === 'retry'
      ? recovered.doing.at - visit.transition.at
      : undefined;
  return {
    ...(retryIndex < 0 ? {} : { retryIndex }),
    ...(backoffMs === undefined
      ? {}
      : { retryBackoffIntervalSeconds: Math.ceil(backoffMs / 1_000) }),
    ...(recovered.kind === 'finished' ? { catchIndex } : {}),
  };
}

function findRecovery({ node }: InspectedVisit): Recovery | undefined {
  return 'recovery' in node ? node.recovery : undefined;
}

function outputFields({ output, next }: Finished): Pick<TestStateReply, 'output' | 'nextState'> {
  return { output: JSON.stringify(output), ...(next === null ? {} : { nextState: next }) };
}

function failureFields({ error, cause }: Failed): Pick<TestStateReply, 'error' | 'cause'> {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}
