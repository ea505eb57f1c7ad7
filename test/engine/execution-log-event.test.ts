/** The log of an execution: the events at each level, and the data that they omit. */
import { describe, expect, it } from 'vitest';
import type { LoggingConfiguration } from '../../lib/engine/execution-log-event.ts';
import { toLogEvents } from '../../lib/engine/execution-log-event.ts';
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
  return toLogEvents(history, execution, logging);
}

function types(logging: LoggingConfiguration): string[] {
  return logged(logging).map(({ type }) => type);
}

describe('the log level', () => {
  it('level ALL logs every event, in order', () => {
    expect(types({ level: 'ALL' })).toEqual(failing.types);
    expect(failing.types).toContain('ExecutionStarted');
  });

  it('level ERROR logs failures and the entry of a Fail state', () => {
    expect(types({ level: 'ERROR' })).toEqual([
      'LambdaFunctionFailed',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  it('level FATAL logs only that the execution failed', () => {
    expect(types({ level: 'FATAL' })).toEqual(['ExecutionFailed']);
  });

  it('level OFF logs nothing, and is the default', () => {
    expect([types({ level: 'OFF' }), types({ includeExecutionData: true })]).toEqual([[], []]);
  });
});

describe('a log event', () => {
  it('a log event has the fields of Step Functions, with numbers as strings', () => {
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

  it('a log event has no payload unless includeExecutionData is set', () => {
    const bare = [...logged({ level: 'ALL' }), ...logged({ level: 'ALL' }, well)];

    expect(JSON.stringify(bare)).not.toContain(secret);
    expect(bare[0]?.details).toEqual({ roleArn: expect.any(String) });
    expect(bare[1]?.details).toEqual({ name: 'Work' });
    expect(bare.flatMap(({ details }) => Object.keys(details))).not.toContain('outputDetails');
  });

  it('a log event has all its details when includeExecutionData is set', () => {
    const [started] = logged({ level: 'ALL', includeExecutionData: true });

    expect(started?.details).toEqual({
      input: JSON.stringify({ secret }),
      inputDetails: { truncated: false },
      roleArn: expect.any(String),
    });
  });
});
