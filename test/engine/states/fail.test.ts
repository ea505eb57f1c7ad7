/** The Fail state. */
import { describe, expect, it } from 'vitest';
import { run } from '../../support/run-machine.ts';

const only = (state: object) => ({ StartAt: 'S', States: { S: state } });

describe('Fail', () => {
  // W01
  it('ends the execution FAILED with its Error and Cause, never SUCCEEDED', () => {
    const { snapshot, end, types } = run(only({ Type: 'Fail', Error: 'E', Cause: 'because' }));

    expect(snapshot.status).toBe('FAILED');
    expect(end).toEqual({ type: 'finish', status: 'FAILED', error: 'E', cause: 'because' });
    expect(types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('leaves out what the definition leaves out', () => {
    const { end, history } = run(only({ Type: 'Fail' }));

    expect(end).toEqual({ type: 'finish', status: 'FAILED' });
    expect(history.at(-1)?.executionFailedEventDetails).toEqual({});
  });

  it('takes Error and Cause from its input by paths and functions', () => {
    const definition = only({
      Type: 'Fail',
      ErrorPath: '$.error',
      CausePath: "States.Format('seen {}', $.what)",
    });

    const { end } = run(definition, { input: { error: 'Odd', what: 'twice' } });

    expect(end).toMatchObject({ error: 'Odd', cause: 'seen twice' });
  });

  it('fails with States.Runtime when ErrorPath leads to nothing or to no text', () => {
    const definition = only({ Type: 'Fail', ErrorPath: '$.error' });

    expect(run(definition).end?.error).toBe('States.Runtime');
    expect(run(definition, { input: { error: 5 } }).end?.error).toBe('States.Runtime');
  });
});
