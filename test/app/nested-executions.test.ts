/** Machines of an app that start one another, in a process without workers. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json.ts';
import { openApp } from '../support/open-app.ts';

const startExecution = 'arn:aws:states:::states:startExecution';

function starting(Resource: string, Parameters: JsonObject) {
  const state = { Type: 'Task', Resource, Parameters, End: true };
  return { definition: { StartAt: 'Start', States: { Start: state } } };
}

const work = {
  definition: { StartAt: 'W', States: { W: { Type: 'Task', Resource: 'work', End: true } } },
};

describe('a machine that starts another', () => {
  it('runs here with all that it started, however deep, when nobody else would', async () => {
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

  it('is refused before it runs when there is none of the name, here or at AWS', async () => {
    const sync = `${startExecution}.sync`;
    const app = await openApp({
      machines: { top: starting(sync, { StateMachineArn: 'nowhere' }), work },
      handlers: { work: () => 1 },
    });

    await expect(app.machine('top').execute({})).rejects.toMatchObject({ code: 'UNKNOWN_HANDLER' });
  });
});
