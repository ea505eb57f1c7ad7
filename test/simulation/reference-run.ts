import type { MachineDefinition } from '../../lib/asl/definition.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import { exceedsTolerated, toleranceFailure } from '../../lib/batch/map-run/tolerance.ts';
import { findChildDefinition } from '../../lib/engine/map-run/map-run.ts';
import type { MapRunSpec } from '../../lib/engine/map-run/map-run-spec.ts';
import type { EndStatus } from '../../lib/engine/status.ts';
import { assert } from '../../lib/errors.ts';
import { exponentialDelay } from '../../lib/retry/task-retry-delay.ts';
import { decideFinish } from '../../lib/roles/execution/finish-policy.ts';
import { toTaskResource } from '../../lib/roles/execution/task-machine.ts';
import {
  noAnswer,
  Run,
  startOfRun,
  TaskFailure,
  type TestHandler,
  type TestMapRun,
} from '../support/run-machine.ts';
import { activity, answerTo, nonRetryable } from './answers.ts';
import { taskTypes } from './queued-tasks.ts';
import type { DrawnMachine } from './random-machine.ts';

/** How an execution ends without faults. */
export interface ReferenceOutcome {
  readonly status: EndStatus;
  readonly output: string | null;
  readonly error: string | null;
  readonly attempts: number;
  readonly archived: boolean;
  /** Duration when handlers answer at once, in milliseconds. */
  readonly durationMs: number;
}

/** The outcomes of definitions, by type, input and retries: each is asked for at least twice. */
const known = new WeakMap<object, Map<string, ReferenceOutcome>>();

type FirstMapRun = 'oldest' | 'newest';

/**
 * Runs an execution without faults on the pure engine, redrives included. An EXPRESS machine starts
 * again for each redrive.
 * @param firstMapRun which of the map runs under way ends first
 */
export function referenceRun(
  machine: Pick<DrawnMachine, 'definition' | 'type'>,
  input: Json,
  retriesMax: number,
  firstMapRun: FirstMapRun = 'oldest',
): ReferenceOutcome {
  const outcomes = known.get(machine.definition) ?? new Map<string, ReferenceOutcome>();
  known.set(machine.definition, outcomes);
  const key = JSON.stringify([machine.type, input, retriesMax, firstMapRun]);
  const outcome = outcomes.get(key) ?? runToEnd(machine, input, { retriesMax, firstMapRun });
  outcomes.set(key, outcome);
  return outcome;
}

function runToEnd(
  { definition, type }: Pick<DrawnMachine, 'definition' | 'type'>,
  input: Json,
  { retriesMax, firstMapRun }: { readonly retriesMax: number; readonly firstMapRun: FirstMapRun },
): ReferenceOutcome {
  const handlers = {
    work: handler,
    rework: handler,
    [activity.arn]: handler,
    flaky: handler,
    timed: handler,
    ...Object.fromEntries(Object.values(taskTypes).map((type) => [toTaskResource(type), handler])),
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken': handler,
    'arn:aws:states:::states:startExecution.sync:2': () => ({}),
    'arn:aws:states:::millrace:receiveMessage': received,
  };
  const runs: ChildRuns = new Map();
  const mapRun = (run: MapRunSpec) =>
    runChildren(definition as MachineDefinition, run, handlers, runs);
  const start = (now: number) => {
    const started = new Run(definition, { input, handlers, mapRun, type, firstMapRun });
    started.now = now;
    return started.finish();
  };
  let run = start(startOfRun);
  for (let attempts = 0; ; attempts += 1) {
    const { end } = run;
    assert(end !== undefined, 'a reference run ends');
    const failed = end.status === 'FAILED' || end.status === 'TIMED_OUT';
    const decision = decideFinish({
      finish: end,
      attempts,
      retriesMax,
      isChild: false,
      nonRetryable,
      retryDelay: exponentialDelay(),
      random: 1,
      deadlineAt: null,
      now: run.now,
    });
    if (decision.kind !== 'redrive') {
      return {
        status: end.status,
        output: end.output === undefined ? null : JSON.stringify(end.output),
        error: end.error ?? null,
        attempts: attempts + (failed ? 1 : 0),
        archived: decision.kind === 'archive',
        durationMs: run.now - startOfRun,
      };
    }
    run.now += decision.delayMs;
    if (type === 'EXPRESS') run = start(run.now);
    else run.apply({ type: 'redriven' }).finish();
  }
}

/** The definitions of children, by the definition and the state of their parent. */
const childDefinitions = new WeakMap<object, Map<string, MachineDefinition | undefined>>();

function childOf(definition: MachineDefinition, stateName: string): MachineDefinition | undefined {
  const children = childDefinitions.get(definition) ?? new Map();
  childDefinitions.set(definition, children);
  if (!children.has(stateName)) {
    children.set(stateName, findChildDefinition(definition, stateName));
  }
  return children.get(stateName);
}

/** The children of each map run, by its ARN. */
type ChildRuns = Map<string, readonly Run[]>;

/**
 * Runs the children of a distributed Map one after another, and combines their results. A map run
 * that is redriven runs its failed children on.
 */
function runChildren(
  definition: MachineDefinition,
  { stateName, items, tolerated, mapRunArn }: MapRunSpec,
  handlers: Readonly<Record<string, TestHandler>>,
  known: ChildRuns,
): ReturnType<TestMapRun> {
  const child = childOf(definition, stateName);
  assert(child !== undefined && Array.isArray(items), 'the Map is distributed, with items');
  const before = known.get(mapRunArn);
  const beforeMs = before?.reduce((sum, { now }) => sum + now - startOfRun, 0) ?? 0;
  const runs = before ?? items.map((input: Json) => new Run(child, { input, handlers }).finish());
  known.set(mapRunArn, runs);
  for (const run of before ?? []) {
    if (run.end?.status !== 'SUCCEEDED') run.apply({ type: 'redriven' }).finish();
  }
  const tookMs = runs.reduce((sum, { now }) => sum + now - startOfRun, 0) - beforeMs;
  const failed = runs.filter(({ end }) => end?.status !== 'SUCCEEDED').length;
  if (exceedsTolerated({ failed, total: items.length }, tolerated)) {
    const { error, causeText } = toleranceFailure();
    return { answer: { ok: false, error, cause: causeText }, tookMs };
  }
  return { answer: { ok: true, result: runs.map(({ output }) => output ?? null) }, tookMs };
}

/** The message that `MessageSenders` send. */
const received: TestHandler = (parameters) => {
  const { n } = (parameters as { CorrelationValue: { n?: number } }).CorrelationValue;
  return { n: n ?? 0 };
};

const handler: TestHandler = (parameters, { resource, stateName, retryCount }) => {
  const answer = answerTo({ resource, stateName, parameters, retryCount });
  if (answer.kind === 'result') return answer.result;
  if (answer.kind === 'failure') throw new TaskFailure(answer.error, answer.cause);
  return noAnswer;
};
