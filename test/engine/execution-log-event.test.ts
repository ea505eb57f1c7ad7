/** What the log of an execution tells at each level, and what of the data it leaves out. */
import { describe, expect, it } from 'vitest';
import type { LoggingConfiguration } from '../../lib/engine/execution-log-event.ts';
import { logEventsOf } from '../../lib/engine/execution-log-event.ts';
import { run, startOfRun, TaskFailure } from '../support/run-machine.ts';

const secret = 'a customer’s name';

/** A task that fails is caught, and the Fail state ends the execution. */
const definition = {
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: 'work',
      Assign: { kept: secret },
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Give up' }],
      End: true,
    },
    'Give up': { Type: 'Fail', Error: 'Odd', Cause: 'it was odd' },
  },
};

const failing = run(definition, {
  input: { secret },
  handlers: {
    work: () => {
      throw new TaskFailure('Broken', 'no luck');
    },
  },
});

const well = run(definition, { input: { secret }, handlers: { work: () => ({ secret }) } });

const execution = { arn: 'arn:of:it', redrives: 2 };

function logged(logging: LoggingConfiguration, { history } = failing) {
  return logEventsOf(history, execution, logging);
}

function types(logging: LoggingConfiguration): string[] {
  return logged(logging).map(({ type }) => type);
}

describe('the level', () => {
  it('ALL tells every event, in order', () => {
    expect(types({ level: 'ALL' })).toEqual(failing.types);
    expect(failing.types).toContain('ExecutionStarted');
  });

  it('ERROR tells what failed, and that a Fail state was entered', () => {
    expect(types({ level: 'ERROR' })).toEqual([
      'LambdaFunctionFailed',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  it('FATAL tells that the execution failed', () => {
    expect(types({ level: 'FATAL' })).toEqual(['ExecutionFailed']);
  });

  it('OFF tells nothing, and so does a machine that is not configured', () => {
    expect([types({ level: 'OFF' }), types({ includeExecutionData: true })]).toEqual([[], []]);
  });
});

describe('an event of the log', () => {
  it('has the fields of AWS’s, numbers as texts', () => {
    expect(logged({ level: 'FATAL' })).toEqual([
      {
        id: '8',
        type: 'ExecutionFailed',
        details: { error: 'Odd', cause: 'it was odd' },
        previous_event_id: '7',
        event_timestamp: String(startOfRun),
        execution_arn: 'arn:of:it',
        redrive_count: '2',
      },
    ]);
  });

  it('has no payload unless it is asked for', () => {
    const bare = [...logged({ level: 'ALL' }), ...logged({ level: 'ALL' }, well)];

    expect(JSON.stringify(bare)).not.toContain(secret);
    expect(bare[0]?.details).toEqual({ roleArn: expect.any(String) });
    expect(bare[1]?.details).toEqual({ name: 'Work' });
    expect(bare.flatMap(({ details }) => Object.keys(details))).not.toContain('outputDetails');
  });

  it('has the whole details when execution data is included', () => {
    const [started] = logged({ level: 'ALL', includeExecutionData: true });

    expect(started?.details).toEqual({
      input: JSON.stringify({ secret }),
      inputDetails: { truncated: false },
      roleArn: expect.any(String),
    });
  });
});
