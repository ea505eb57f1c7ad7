import type { Json } from '../asl/json/json.ts';
import { defaultScope } from '../engine/arn/aws-scope.ts';
import type { InvokeEffect } from '../engine/effect.ts';
import type { Seed } from '../engine/event.ts';
import type { ExecutionIdentity } from '../engine/execution-identity.ts';
import type { TaskNode } from '../engine/node.ts';
import { enterState, guarded } from '../engine/run-branch.ts';
import { newSnapshot } from '../engine/snapshot.ts';
import { failTask, succeedTask } from '../engine/states/task.ts';
import { endWait } from '../engine/states/wait.ts';
import { finished, type Step, toFailureDetails } from '../engine/step.ts';
import { TransitionContext } from '../engine/transition-context.ts';
import { newBranch } from '../engine/visit.ts';
import { assert } from '../errors.ts';
import { InspectedVisit } from './inspected-visit.ts';
import { runMockedMap } from './mocked-map.ts';
import type { StateTest } from './prepare-test.ts';
import { createReply, setRetrierUses } from './reply.ts';
import type { MockInput, TestStateReply } from './request.ts';

/** The time of a test, and the seed of its random numbers. */
export interface TestMoment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seed: Seed;
}

/** The progress of a test: ended, or waiting for the answer to a call, to be passed to `end`. */
export type TestProgress =
  | { readonly kind: 'ended'; readonly reply: TestStateReply }
  | {
      readonly kind: 'called';
      readonly call: InvokeEffect;
      readonly end: (answer: CallAnswer) => TestStateReply;
    };

/** How a call ended. */
export type CallAnswer =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/**
 * Runs the state under test through the engine, and only that state: the next state is reported,
 * not entered. Pure: it never waits, and returns a Task without a mock as a call for the caller to
 * make.
 */
export function runTest(test: StateTest, moment: TestMoment): TestProgress {
  const visit = enter(test, moment);
  const { mock } = test.request;
  if (mock !== undefined) {
    const mocked = guarded(visit, () => runMocked(visit, test, mock));
    return endTest(visit, test, mocked);
  }
  const step = enterState(visit);
  const { node } = test.subject;
  if (step.kind === 'blocked' && node.type === 'Task') return awaitCall(visit, test, node);
  const last = step.kind === 'blocked' ? guarded(visit, () => finishWait(visit)) : step;
  return endTest(visit, test, last);
}

function endTest(visit: InspectedVisit, test: StateTest, step: Step): TestProgress {
  return { kind: 'ended', reply: createReply(visit, test, step) };
}

function awaitCall(visit: InspectedVisit, test: StateTest, node: TaskNode): TestProgress {
  const call = visit.transition.effects.find((effect) => effect.type === 'invoke');
  assert(call !== undefined, 'a blocked Task has sent its command');
  return {
    kind: 'called',
    call,
    end: (answer) => {
      const step = answer.ok
        ? guarded(visit, () => succeedTask(visit, node, answer.result))
        : failTask(visit, node, answer.error, answer.cause);
      return createReply(visit, test, step);
    },
  };
}

function finishWait(visit: InspectedVisit): Step {
  const { node } = visit;
  assert(node.type === 'Wait', 'without a mock, only Wait and Task states block');
  return endWait(visit, node);
}

/** Runs the state with the mock in place of its work. */
function runMocked(visit: InspectedVisit, test: StateTest, mock: MockInput): Step {
  const { node, state, language } = test.subject;
  const { error, cause } = mock.errorOutput ?? {};
  if (error !== undefined) setRetrierUses(visit, error, test);
  const { mockResult } = test.documents;
  const failMocked = (): Step => ({ kind: 'failed', ...toFailureDetails(error, cause) });
  if (node.type === 'Task') {
    const step = enterState(visit);
    if (step.kind !== 'blocked') return step;
    return mockResult === undefined ? failMocked() : succeedTask(visit, node, mockResult);
  }
  visit.enter();
  assert(node.type === 'Map' || node.type === 'Parallel', 'no other state type takes a mock');
  const applyMock = (): Step =>
    mockResult === undefined
      ? failMocked()
      : finished(node.flow.applyResult(visit, mockResult), node.next);
  if (node.type === 'Parallel' || state.Type !== 'Map') return applyMock();
  const { stateConfiguration = {} } = test.request;
  return runMockedMap(visit, { state, node, language }, stateConfiguration, applyMock);
}

function enter({ subject, request, documents }: StateTest, moment: TestMoment): InspectedVisit {
  const { machine, graph, name } = subject;
  const identity = createIdentity(request.roleArn ?? '', documents.input);
  const transition = new TransitionContext(machine, identity, newSnapshot(), moment);
  transition.startedAt = moment.at;
  const { variables, context, input } = documents;
  const empty = newBranch({ ...graph, startAt: name }, input, 0, moment.at);
  const branch = variables === undefined ? empty : { ...empty, variables };
  return new InspectedVisit(transition, { graph, host: null, index: 0 }, branch, context);
}

const testName = 'TestState';

/** AWS runs a test as an express execution of its own machine, in the account of the role. */
function createIdentity(roleArn: string, input: Json): ExecutionIdentity {
  const [, partition = 'aws', , , account = '000000000000'] = roleArn.split(':');
  const prefix = `arn:${partition}:states:${defaultScope.region}:${account}`;
  return {
    arn: `${prefix}:express:${testName}:${testName}`,
    name: testName,
    input,
    roleArn,
    machineArn: `${prefix}:stateMachine:${testName}`,
    machineName: testName,
  };
}
