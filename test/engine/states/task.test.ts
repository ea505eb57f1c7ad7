/** The Task state: data flow, events, time limits. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { dueAt } from '../../../lib/engine/due-at.ts';
import { noAnswer, Run, run, single, startOfRun, TaskFailure } from '../../support/run-machine.ts';

const task = (fields: object) => single({ Type: 'Task', Resource: 'work', ...fields });
const echo = (parameters: Json) => parameters;

describe('Task', () => {
  it('a Task calls its handler with its input and outputs the result', () => {
    const ran = run(task({}), { input: { a: 1 }, handlers: { work: () => ({ b: 2 }) } });

    expect(ran.calls).toEqual([
      {
        type: 'invoke',
        command: '2:0',
        resource: 'work',
        pattern: 'request',
        stateName: 'S',
        parameters: { a: 1 },
        retryCount: 0,
      },
    ]);
    expect(ran.output).toEqual({ b: 2 });
  });
  it('a Task passes its Parameters to its handler, expanded once', () => {
    const parameters = { 'id.$': '$.id', text: '$.id', 'who.$': '$$.Execution.Name' };

    const { calls } = run(task({ Parameters: parameters }), {
      input: { id: '$.not.a.path' },
      handlers: { work: echo },
    });

    expect(calls[0]?.parameters).toEqual({ id: '$.not.a.path', text: '$.id', who: 'run-1' });
  });

  it('a Task applies its five data flow fields in the order of the language', () => {
    const definition = task({
      InputPath: '$.in',
      Parameters: { 'sum.$': '$.n' },
      ResultSelector: { 'picked.$': '$.sum' },
      ResultPath: '$.in.result',
      OutputPath: '$.in',
    });

    const { output } = run(definition, {
      input: { in: { n: 3 }, out: 'of sight' },
      handlers: { work: echo },
    });

    expect(output).toEqual({ n: 3, result: { picked: 3 } });
  });
  it('the output of a state is the input of the next', () => {
    const next = (name: string) => ({
      Type: 'Task',
      Resource: 'append',
      Parameters: { name, 'so.$': '$' },
    });
    const definition = {
      StartAt: 'A',
      States: { A: { ...next('A'), Next: 'B' }, B: { ...next('B'), End: true } },
    };

    const { output } = run(definition, { input: 'x', handlers: { append: echo } });

    expect(output).toEqual({ name: 'B', so: { name: 'A', so: 'x' } });
  });
  it('a Task with an unknown resource fails, and never outputs its input', () => {
    const { snapshot, end } = run(task({}), { input: { a: 1 } });

    expect(snapshot.status).toBe('FAILED');
    expect(end).toEqual({
      type: 'finish',
      status: 'FAILED',
      error: 'UnknownHandler',
      cause: 'work',
    });
  });

  it.each([
    ['work', 'LambdaFunction'],
    ['arn:aws:lambda:eu-west-1:111111111111:function:work', 'LambdaFunction'],
    ['arn:aws:states:::lambda:invoke', 'Task'],
    ['arn:aws:states:eu-west-1:111111111111:activity:work', 'Activity'],
  ])('a Task writes the events of the family of its resource: %s', (Resource, family) => {
    const { types } = run(task({ Resource }), { handlers: { [Resource]: echo } });

    expect(types.slice(2, -2)).toEqual([
      `${family}Scheduled`,
      `${family}Started`,
      `${family}Succeeded`,
    ]);
  });

  it.each([
    ['Headers', { accept: 'text/html' }],
    ['QueryParameters', '?symbol=A'],
  ])(
    'a Task fails before it is scheduled when %s has an invalid format for its integration',
    (field, value) => {
      const Resource = 'arn:aws:states:::apigateway:invoke';
      const ran = run(task({ Resource, Parameters: { Method: 'GET', [field]: value } }));

      expect(ran.types).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
      expect(ran.end).toMatchObject({
        error: 'States.Runtime',
        cause: expect.stringContaining(
          `could not be used to start the Task: [The value of the field '${field}' has an invalid format]`,
        ),
      });
    },
  );

  it('the events of an integration name its service and action', () => {
    const Resource = 'arn:aws:states:::aws-sdk:s3:listObjects';

    const { history } = run(task({ Resource, TimeoutSeconds: 5, HeartbeatSeconds: 2 }), {
      handlers: { [Resource]: echo },
    });

    expect(history[2]?.taskScheduledEventDetails).toEqual({
      resource: 'listObjects',
      resourceType: 'aws-sdk:s3',
      region: 'us-east-1',
      parameters: '{}',
      timeoutInSeconds: 5,
      heartbeatInSeconds: 2,
    });
  });

  it('the events of a Task follow each other by previousEventId', () => {
    const { history } = run(task({}), { handlers: { work: echo } });

    expect(history.map(({ id, previousEventId }) => [id, previousEventId])).toEqual([
      [1, 0],
      [2, 0],
      [3, 2],
      [4, 3],
      [5, 4],
      [6, 5],
      [7, 6],
    ]);
  });

  it('a Task fails with States.Timeout when its time is over, and cancels its handler', () => {
    const { end, effects, now, types } = run(task({ TimeoutSeconds: 5 }), {
      handlers: { work: () => noAnswer },
    });

    expect(now).toBe(startOfRun + 5_000);
    expect(end).toEqual({ type: 'finish', status: 'FAILED', error: 'States.Timeout' });
    expect(effects).toContainEqual({ type: 'cancel', command: '2:0' });
    expect(types.at(-2)).toBe('LambdaFunctionTimedOut');
  });

  it('a Task reads its time limits from its input by their paths', () => {
    const definition = task({ TimeoutSecondsPath: '$.t', HeartbeatSecondsPath: '$.h' });

    const waiting = new Run(definition, { input: { t: 9, h: 4 } }).apply({ type: 'started' });

    expect(dueAt(waiting.snapshot)).toBe(startOfRun + 4_000);
    expect(waiting.history[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({
      timeoutInSeconds: 9,
      heartbeatInSeconds: 4,
    });
  });

  it.each([0, -1, 1.5, 'soon', null, {}])(
    'the time limit %j fails a Task with States.Runtime',
    (t) => {
      const { end } = run(task({ TimeoutSecondsPath: '$.t' }), { input: { t } });

      expect(end?.error).toBe('States.Runtime');
      expect(end?.cause).toContain('TimeoutSecondsPath');
    },
  );

  it('a Task keeps running while its heartbeats arrive', () => {
    const beating = new Run(task({ HeartbeatSeconds: 10 })).apply({ type: 'started' });
    for (let beat = 0; beat < 3; beat++) {
      beating.now += 9_000;
      beating.apply({ type: 'heartbeatReceived', command: '2:0' }).apply({ type: 'timersDue' });
    }
    expect(beating.snapshot.status).toBe('RUNNING');
    expect(dueAt(beating.snapshot)).toBe(beating.now + 10_000);

    beating.now += 10_000;
    beating.apply({ type: 'timersDue' });

    expect(beating.end?.error).toBe('States.Timeout');
  });

  it.each(['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'])(
    'a catcher of %s catches a missed heartbeat',
    (name) => {
      const definition = {
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'work',
            HeartbeatSeconds: 1,
            Catch: [{ ErrorEquals: [name], Next: 'Caught' }],
            End: true,
          },
          Caught: { Type: 'Succeed' },
        },
      };

      expect(run(definition, { handlers: { work: () => noAnswer } }).snapshot.status).toBe(
        'SUCCEEDED',
      );
    },
  );

  it('a catcher of States.HeartbeatTimeout does not catch a timeout', () => {
    const definition = task({
      TimeoutSeconds: 1,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'S' }],
    });

    expect(run(definition, { handlers: { work: () => noAnswer } }).end?.status).toBe('FAILED');
  });

  it('a Task fails with the error and cause of its handler', () => {
    const { end, history } = run(task({}), {
      handlers: {
        work: () => {
          throw new TaskFailure('Broken', 'in two');
        },
      },
    });

    expect(end).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'in two' });
    expect(history.at(-2)).toMatchObject({
      type: 'LambdaFunctionFailed',
      lambdaFunctionFailedEventDetails: { error: 'Broken', cause: 'in two' },
    });
  });

  it('an error and a cause over the limits are truncated', () => {
    const { end } = run(task({}), {
      handlers: {
        work: () => {
          throw new TaskFailure('E'.repeat(300), 'c'.repeat(40_000));
        },
      },
    });

    expect(end?.error).toBe('E'.repeat(256));
    expect(end?.cause).toBe('c'.repeat(32_768));
  });

  it('a Task fails with States.DataLimitExceeded when its result is over the payload limit', () => {
    const { end, types } = run(task({}), {
      limits: { payloadBytesMax: 100 },
      handlers: { work: () => 'é'.repeat(60) },
    });

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(types).toContain('LambdaFunctionFailed');
  });

  it('a result that nests too deeply fails the Task, not the engine', () => {
    let deep: Json = 0;
    for (let depth = 0; depth < 20_000; depth++) deep = [deep];

    const { end } = run(task({}), { handlers: { work: () => deep } });

    expect(end?.error).toBe('States.DataLimitExceeded');
  });
});
