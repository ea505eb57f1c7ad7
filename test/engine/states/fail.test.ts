/** The Fail state. */
import { describe, expect, it } from 'vitest';
import { run } from '../../support/run-machine.ts';

const only = (state: object) => ({ StartAt: 'S', States: { S: state } });

describe('Fail', () => {
  it('a Fail state ends the execution FAILED with its Error and Cause', () => {
    const { snapshot, end, types } = run(only({ Type: 'Fail', Error: 'E', Cause: 'because' }));

    expect(snapshot.status).toBe('FAILED');
    expect(end).toEqual({ type: 'finish', status: 'FAILED', error: 'E', cause: 'because' });
    expect(types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('a Fail state without Error and Cause fails without them', () => {
    const { end, history } = run(only({ Type: 'Fail' }));

    expect(end).toEqual({ type: 'finish', status: 'FAILED' });
    expect(history.at(-1)?.executionFailedEventDetails).toEqual({});
  });

  it('a Fail state reads Error and Cause from its input by paths and functions', () => {
    const definition = only({
      Type: 'Fail',
      ErrorPath: '$.error',
      CausePath: "States.Format('seen {}', $.what)",
    });

    const { end } = run(definition, { input: { error: 'Odd', what: 'twice' } });

    expect(end).toMatchObject({ error: 'Odd', cause: 'seen twice' });
  });

  it('a Fail state fails with States.Runtime when ErrorPath finds nothing or no string', () => {
    const definition = only({ Type: 'Fail', ErrorPath: '$.error' });

    expect(run(definition).end?.error).toBe('States.Runtime');
    expect(run(definition, { input: { error: 5 } }).end?.error).toBe('States.Runtime');
  });
});
