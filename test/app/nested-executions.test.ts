/** Machines of an app that start one another, in a process without workers. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { batchEnd, openApp } from '../support/open-app.ts';

const startExecution = 'arn:aws:states:::states:startExecution';

function starting(Resource: string, Parameters: JsonObject) {
  const state = { Type: 'Task', Resource, Parameters, End: true };
  return { definition: { StartAt: 'Start', States: { Start: state } } };
}

const work = {
  definition: { StartAt: 'W', States: { W: { Type: 'Task', Resource: 'work', End: true } } },
};

describe('a machine that starts another', () => {
  it('an execution runs here with all that it has started, however deep, without workers', async () => {
    const done: unknown[] = [];
    const app = await openApp({
      machines: {
        top: starting(startExecution, { StateMachineArn: 'middle', 'Input.$': '$' }),
        middle: starting(startExecution, {
          StateMachineArn: 'arn:aws:states:eu-central-1:1:stateMachine:work',
          'Input.$': '$',
        }),
        work,
      },
      handlers: { work: (input: JsonObject) => void done.push(input) },
    });

    const { status, output } = await app.machine('top').execute({ order: 7 });

    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({ ExecutionArn: expect.stringContaining(':execution:middle:') });
    expect(done).toEqual([{ order: 7 }]);
  });

  it('a parent that waits gets the result of its child as text or as JSON', async () => {
    const parameters = { StateMachineArn: 'work', Name: 'child', 'Input.$': '$' };
    const app = await openApp({
      machines: {
        text: starting(`${startExecution}.sync`, parameters),
        json: starting(`${startExecution}.sync:2`, { ...parameters, Name: 'other' }),
        work,
      },
      handlers: { work: (input: JsonObject) => ({ done: input }) },
    });

    const text = await app.machine('text').execute({ order: 7 });
    const json = await app.machine('json').execute({ order: 8 });

    expect(text.output).toMatchObject({
      ExecutionArn: expect.stringMatching(/:execution:work:child$/),
      Input: '{"order":7}',
      Name: 'child',
      Output: '{"done":{"order":7}}',
      Status: 'SUCCEEDED',
    });
    expect(json.output).toMatchObject({
      Input: { order: 8 },
      Output: { done: { order: 8 } },
      Status: 'SUCCEEDED',
    });
  });

  it('a parent that waits fails with States.TaskFailed when its child fails', async () => {
    const app = await openApp({
      machines: { top: starting(`${startExecution}.sync`, { StateMachineArn: 'work' }), work },
      handlers: {
        work: () => {
          throw new RangeError('too far');
        },
      },
    });

    const { status, error, cause } = await app.machine('top').execute({});

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(cause ?? '')).toMatchObject({
      Error: 'RangeError',
      Cause: expect.stringContaining('too far'),
      Status: 'FAILED',
    });
  });

  it('a parent in a batch is woken by the end of its child, with workers and without', async () => {
    const app = await openApp({
      machines: { top: starting(`${startExecution}.sync:2`, { StateMachineArn: 'work' }), work },
      handlers: { work: () => 'done' },
    });

    const request = { source: { kind: 'items', items: [1, 2, 3] } } as const;
    const top = app.machine('top');

    expect(await top.executeBatch(request)).toMatchObject({ status: 'SUCCEEDED', succeeded: 3 });

    await app.start();
    top.setQueueClient(app.queueClient());
    const { id } = await top.executeBatch(request);
    expect(await batchEnd(app, id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 3 });
  });

  it('a parent that stops waiting aborts its child, however long that would sleep', async () => {
    const top = starting(`${startExecution}.sync`, { StateMachineArn: 'sleeper', Name: 'child' });
    Object.assign(top.definition.States.Start, { TimeoutSeconds: 1 });
    const sleep = { Type: 'Wait', Seconds: 100_000, End: true };
    const sleeper = { definition: { StartAt: 'S', States: { S: sleep } } };
    const app = await openApp({ machines: { top, sleeper }, handlers: {} });

    const { status, error } = await app.machine('top').execute({});

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    const child = await app.drivers.store.findExecution('sleeper', 'child');
    expect(child).toMatchObject({ status: 'ABORTED' });
  });

  it('a machine that starts an unknown machine is refused before it runs', async () => {
    const sync = `${startExecution}.sync`;
    const app = await openApp({
      machines: { top: starting(sync, { StateMachineArn: 'nowhere' }), work },
      handlers: { work: () => 1 },
    });

    await expect(app.machine('top').execute({})).rejects.toMatchObject({ code: 'UNKNOWN_HANDLER' });
  });
});
