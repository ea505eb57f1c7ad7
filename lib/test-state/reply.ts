/** What a test answers for the step that its state has come to: where it leads, or how it fails. */
import { matchesError } from '../asl/error-match.ts';
import { type Recovery, recover } from '../engine/recovery.ts';
import { exit } from '../engine/run-branch.ts';
import type { Failed, Finished, Step } from '../engine/step.ts';
import { assert } from '../errors.ts';
import type { InspectedVisit } from './inspected-visit.ts';
import type { StateTest } from './prepare-test.ts';
import type { ErrorDetails, TestStateReply } from './request.ts';

/** The reply; the state is left, tried again or failed as the interpreter does it. */
export function replyFor(visit: InspectedVisit, test: StateTest, step: Step): TestStateReply {
  const reply = conclude(visit, test, step);
  if ((test.request.inspectionLevel ?? 'INFO') === 'INFO') return reply;
  const { seen, variables } = visit;
  const input = JSON.stringify(test.documents.input);
  const known = variables === undefined ? {} : { variables: JSON.stringify(variables) };
  return { ...reply, inspectionData: { input, ...seen, ...known } };
}

/** Sets how often the retrier that `error` belongs to has been used, as the test says. */
export function useRetrier(visit: InspectedVisit, error: string, { request }: StateTest): void {
  const used = request.stateConfiguration?.retrierRetryCount ?? 0;
  const retriers = recoveryOf(visit)?.retriers ?? [];
  const mine = retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
  visit.retries = retriers.map((_, index) => (index === mine ? used : 0));
}

function conclude(visit: InspectedVisit, test: StateTest, step: Step): TestStateReply {
  assert(step.kind === 'finished' || step.kind === 'failed', 'the work of the state is over');
  const failure = step.kind === 'finished' ? exit(visit, step) : step;
  if (failure !== undefined) return concludeFailed(visit, test, failure);
  assert(step.kind === 'finished', 'what does not fail has finished');
  return { status: 'SUCCEEDED', ...left(step) };
}

function concludeFailed(visit: InspectedVisit, test: StateTest, failure: Failed): TestStateReply {
  const name = failure.matchedAs ?? failure.error ?? '';
  useRetrier(visit, name, test);
  const recovered = recover(visit, failure);
  const details = detailsOf(visit, name, recovered);
  if (Object.keys(details).length > 0) visit.seen.errorDetails = details;
  if (recovered.kind === 'blocked') return { status: 'RETRIABLE', ...told(failure) };
  assert(recovered.kind !== 'forked', 'a recovery starts no branches');
  const worse = recovered.kind === 'finished' ? exit(visit, recovered) : recovered;
  if (worse !== undefined) return { status: 'FAILED', ...told(worse) };
  assert(recovered.kind === 'finished', 'what a catcher takes over is finished');
  return { status: 'CAUGHT_ERROR', ...told(failure), ...left(recovered) };
}

function detailsOf(visit: InspectedVisit, error: string, recovered: Step): ErrorDetails {
  const { retriers = [], catchers = [] } = recoveryOf(visit) ?? {};
  const covers = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
    matchesError(ErrorEquals, error);
  const [retryIndex, catchIndex] = [retriers.findIndex(covers), catchers.findIndex(covers)];
  const backoffMs =
    recovered.kind === 'blocked' && recovered.doing.kind === 'retry'
      ? recovered.doing.at - visit.turn.at
      : undefined;
  return {
    ...(retryIndex < 0 ? {} : { retryIndex }),
    ...(backoffMs === undefined
      ? {}
      : { retryBackoffIntervalSeconds: Math.ceil(backoffMs / 1_000) }),
    ...(recovered.kind === 'finished' ? { catchIndex } : {}),
  };
}

function recoveryOf({ node }: InspectedVisit): Recovery | undefined {
  return 'recovery' in node ? node.recovery : undefined;
}

function left({ output, next }: Finished): Pick<TestStateReply, 'output' | 'nextState'> {
  return { output: JSON.stringify(output), ...(next === null ? {} : { nextState: next }) };
}

function told({ error, cause }: Failed): Pick<TestStateReply, 'error' | 'cause'> {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}
