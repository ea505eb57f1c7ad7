/**
 * Runs the state under test through the interpreter, and only that state: what it leads to is told,
 * not entered. Pure: time and chance are given, nothing waits, and a Task without a mock is handed
 * back as a call for the caller to make.
 */
import type { Json } from '../asl/json/json.ts';
import type { InvokeEffect } from '../engine/effect.ts';
import type { Seed } from '../engine/event.ts';
import type { ExecutionIdentity } from '../engine/execution-identity.ts';
import { enterState, guarded } from '../engine/run-branch.ts';
import { newSnapshot } from '../engine/snapshot.ts';
import { failTask, succeedTask, type TaskNode } from '../engine/states/task.ts';
import { endWait } from '../engine/states/wait.ts';
import { failureOf, finished, type Step } from '../engine/step.ts';
import { Turn } from '../engine/turn.ts';
import { beginning } from '../engine/visit.ts';
import { assert } from '../errors.ts';
import { InspectedVisit } from './inspected-visit.ts';
import { runMockedMap } from './mocked-map.ts';
import type { StateTest } from './prepare-test.ts';
import { replyFor, useRetrier } from './reply.ts';
import type { MockInput, TestStateReply } from './request.ts';

/** When a test happens, and what its random numbers come from. */
export interface TestMoment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seed: Seed;
}

/** How far a test has come: to its end, or to a call that `end` wants the answer of. */
export type Progress =
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

/** Runs a prepared test. */
export function runTest(test: StateTest, moment: TestMoment): Progress {
  const visit = enter(test, moment);
  const { mock } = test.request;
  if (mock !== undefined)
    return ended(
      visit,
      test,
      guarded(visit, () => runMocked(visit, test, mock)),
    );
  const step = enterState(visit);
  const { node } = test.subject;
  if (step.kind === 'blocked' && node.type === 'Task') return called(visit, test, node);
  const last = step.kind === 'blocked' ? guarded(visit, () => endOfWait(visit)) : step;
  return ended(visit, test, last);
}

function ended(visit: InspectedVisit, test: StateTest, step: Step): Progress {
  return { kind: 'ended', reply: replyFor(visit, test, step) };
}

function called(visit: InspectedVisit, test: StateTest, node: TaskNode): Progress {
  const call = visit.turn.effects.find((effect) => effect.type === 'invoke');
  assert(call !== undefined, 'a Task that blocks has called');
  return {
    kind: 'called',
    call,
    end: (answer) => {
      const step = answer.ok
        ? guarded(visit, () => succeedTask(visit, node, answer.result))
        : failTask(visit, node, answer.error, answer.cause);
      return replyFor(visit, test, step);
    },
  };
}

function endOfWait(visit: InspectedVisit): Step {
  const { node } = visit;
  assert(node.type === 'Wait', 'without a mock only a Wait and a Task block');
  return endWait(visit, node);
}

/** The state with the mock in place of its work. */
function runMocked(visit: InspectedVisit, test: StateTest, mock: MockInput): Step {
  const { node, state, language } = test.subject;
  const { error, cause } = mock.errorOutput ?? {};
  if (error !== undefined) useRetrier(visit, error, test);
  const { mockResult } = test.documents;
  const fails = (): Step => ({ kind: 'failed', ...failureOf(error, cause) });
  if (node.type === 'Task') {
    const step = enterState(visit);
    if (step.kind !== 'blocked') return step;
    return mockResult === undefined ? fails() : succeedTask(visit, node, mockResult);
  }
  visit.enter();
  assert(node.type === 'Map' || node.type === 'Parallel', 'nothing else takes a mock');
  const settle = (): Step =>
    mockResult === undefined ? fails() : finished(node.flow.settle(visit, mockResult), node.next);
  if (node.type === 'Parallel' || state.Type !== 'Map') return settle();
  const { stateConfiguration = {} } = test.request;
  return runMockedMap(visit, { state, node, language }, stateConfiguration, settle);
}

function enter({ subject, request, documents }: StateTest, moment: TestMoment): InspectedVisit {
  const { machine, graph, name } = subject;
  const identity = identityFor(request.roleArn ?? '', documents.input);
  const turn = new Turn(machine, identity, newSnapshot(), moment);
  turn.startedAt = moment.at;
  const { variables, context, input } = documents;
  const begun = beginning({ ...graph, startAt: name }, input, 0, moment.at);
  const branch = variables === undefined ? begun : { ...begun, variables };
  return new InspectedVisit(turn, { graph, host: null, index: 0 }, branch, context);
}

const testName = 'TestState';

/** AWS runs a test as an express execution of a machine made for it, in the account of the role. */
function identityFor(roleArn: string, input: Json): ExecutionIdentity {
  const [, partition = 'aws', , , account = '000000000000'] = roleArn.split(':');
  const prefix = `arn:${partition}:states:local:${account}`;
  return {
    arn: `${prefix}:express:${testName}:${testName}`,
    name: testName,
    input,
    roleArn,
    machineArn: `${prefix}:stateMachine:${testName}`,
    machineName: testName,
  };
}
