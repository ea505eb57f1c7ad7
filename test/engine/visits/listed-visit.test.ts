/** What users see of the visits of states, for every type of state. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { VisitFold } from '../../../lib/engine/visits/visit-fold.ts';
import { noAnswer, Run, run, single, startOfRun, TaskFailure } from '../../support/run-machine.ts';
import { visitsOf } from '../../support/visits.ts';

const broken = (): Json => {
  throw new TaskFailure('Broken', 'it broke');
};

const task = (Resource: string, more: object = {}) => ({ Type: 'Task', Resource, ...more });

describe('a visit of a state', () => {
  it('a chain of states is listed with times, sizes and exits', () => {
    const ran = run(
      {
        StartAt: 'Shape',
        States: {
          Shape: { Type: 'Pass', Result: { n: 'ü' }, Next: 'Rest' },
          Rest: { Type: 'Wait', Seconds: 5, Next: 'Pick' },
          Pick: {
            Type: 'Choice',
            Choices: [{ Variable: '$.n', IsPresent: true, Next: 'Work' }],
            Default: 'Done',
          },
          Work: task('work', { Next: 'Done' }),
          Done: { Type: 'Succeed' },
        },
      },
      { handlers: { work: () => 1 } },
    );

    const visits = visitsOf(ran);

    expect(visits.map(({ state, type, status }) => [state, type, status])).toEqual([
      ['Shape', 'Pass', 'SUCCEEDED'],
      ['Rest', 'Wait', 'SUCCEEDED'],
      ['Pick', 'Choice', 'SUCCEEDED'],
      ['Work', 'Task', 'SUCCEEDED'],
      ['Done', 'Succeed', 'SUCCEEDED'],
    ]);
    expect(visits[0]).toMatchObject({
      eventId: 2,
      attempt: 0,
      place: '',
      enteredAt: startOfRun,
      endedAt: startOfRun,
      bytes: { input: 2, output: 10 },
      tries: [],
      below: null,
      link: null,
      dueAt: null,
      waitsFor: null,
    });
    expect(visits[1]?.endedAt).toBe(startOfRun + 5_000);
    expect(visits[3]?.tries).toEqual([
      { scheduledAt: startOfRun + 5_000, endedAt: startOfRun + 5_000, error: null, cause: null },
    ]);
  });

  it('every try of a Task is kept apart, and a caught failure says so', () => {
    const ran = run(
      {
        StartAt: 'Work',
        States: {
          Work: task('work', {
            Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1, IntervalSeconds: 3 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Repair' }],
            Next: 'Repair',
          }),
          Repair: { Type: 'Pass', End: true },
        },
      },
      { handlers: { work: broken } },
    );

    const [work] = visitsOf(ran);

    expect(work).toMatchObject({ status: 'CAUGHT', error: 'Broken', cause: 'it broke' });
    expect(work?.tries).toEqual([
      { scheduledAt: startOfRun, endedAt: startOfRun, error: 'Broken', cause: 'it broke' },
      {
        scheduledAt: startOfRun + 3_000,
        endedAt: startOfRun + 3_000,
        error: 'Broken',
        cause: 'it broke',
      },
    ]);
    expect(visitsOf(ran, 'failed')).toEqual([]);
  });

  it('a retry that succeeds leaves no failure behind', () => {
    const answers = [broken, () => 1];
    const ran = run(
      single(task('work', { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] })),
      { handlers: { work: () => answers.shift()?.() ?? null } },
    );

    expect(visitsOf(ran)[0]).toMatchObject({ status: 'SUCCEEDED', error: null, cause: null });
    expect(visitsOf(ran)[0]?.tries.map(({ error }) => error)).toEqual(['Broken', null]);
  });

  it('a failed expression fails its state, caught or not', () => {
    const state = {
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Output: '{% $toMillis("never") %}',
    };
    const ran = run(single(state), { input: {} });

    expect(visitsOf(ran, 'failed')).toMatchObject([
      { state: 'S', error: 'States.QueryEvaluationError', cause: expect.stringContaining("'S'") },
    ]);
  });

  it('a Fail state has the error and the cause of the execution', () => {
    const ran = run({ StartAt: 'No', States: { No: { Type: 'Fail', Error: 'No', Cause: 'way' } } });

    expect(visitsOf(ran)).toMatchObject([
      { state: 'No', type: 'Fail', status: 'FAILED', error: 'No', cause: 'way' },
    ]);
  });

  it('a timeout of the machine fails the state at the top and aborts those inside', () => {
    const slow = { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 99, End: true } } };
    const ran = run({ ...single({ Type: 'Parallel', Branches: [slow] }), TimeoutSeconds: 9 });

    expect(visitsOf(ran)).toMatchObject([{ status: 'FAILED', error: 'States.Timeout' }]);
    expect(visitsOf(ran, '2.0')).toMatchObject([{ state: 'Slow', status: 'ABORTED' }]);
  });

  it('an aborted execution aborts its open visits', () => {
    const ran = new Run(single(task('work')), { handlers: { work: () => noAnswer } }).finish();

    ran.now += 1_000;
    ran.apply({ type: 'aborted' });

    expect(visitsOf(ran)).toMatchObject([
      { status: 'ABORTED', endedAt: startOfRun + 1_000, tries: [{ endedAt: startOfRun + 1_000 }] },
    ]);
  });

  it('a long cause is cut, and an empty history has no visits', () => {
    const long = () => {
      throw new TaskFailure('Long', 'x'.repeat(5_000));
    };
    const ran = run(single(task('work')), { handlers: { work: long } });

    expect(visitsOf(ran)[0]?.cause).toHaveLength(1_000);
    expect(new VisitFold().tree.listPlace('')).toEqual([]);
  });
});

describe('an open visit', () => {
  const waiting = (state: object, handlers = {}) => {
    const ran = new Run(single(state), { handlers });
    ran.apply({ type: 'started' });
    return visitsOf(ran)[0];
  };

  it('an open visit says what it waits for, and until when', () => {
    const service = 'arn:aws:states:::';
    const name = { Parameters: { StateMachineArn: 'child' } };

    expect(waiting({ Type: 'Wait', Seconds: 7 })).toMatchObject({
      status: 'WAITING',
      waitsFor: 'timer',
      dueAt: startOfRun + 7_000,
    });
    expect(waiting(task('work', { TimeoutSeconds: 9 }))).toMatchObject({
      status: 'RUNNING',
      waitsFor: 'handler',
      dueAt: startOfRun + 9_000,
    });
    expect(waiting(task(`${service}sqs:sendMessage.waitForTaskToken`))).toMatchObject({
      status: 'WAITING',
      waitsFor: 'token',
      dueAt: null,
    });
    expect(waiting(task(`${service}states:startExecution.sync:2`, name))).toMatchObject({
      status: 'WAITING',
      waitsFor: 'execution',
    });
    expect(waiting({ Type: 'Message', CorrelationKey: 'order' })).toMatchObject({
      status: 'WAITING',
      waitsFor: 'message',
    });
  });

  it('the work of an activity waits until a worker has started it', () => {
    const activity = 'arn:aws:states:us-east-1:000000000000:activity:approve';
    const ran = new Run(single(task(activity)));
    ran.apply({ type: 'started' });
    const before = visitsOf(ran)[0];

    ran.apply({ type: 'commandStarted', command: '2:0' });

    expect(before).toMatchObject({ status: 'WAITING', waitsFor: 'activity' });
    expect(visitsOf(ran)[0]).toMatchObject({ status: 'RUNNING', waitsFor: 'activity' });
  });

  it('a visit in its backoff says when it is retried', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 40 }];
    const ran = new Run(single(task('work', { Retry })));
    ran.apply({ type: 'started' });

    ran.apply({ type: 'commandFailed', command: '2:0', error: 'Busy', cause: '' });

    expect(visitsOf(ran)[0]).toMatchObject({
      status: 'RETRYING',
      waitsFor: 'timer',
      dueAt: startOfRun + 40_000,
      error: 'Busy',
    });
  });
});
