/** The Succeed state. */
import { describe, expect, it } from 'vitest';
import { run } from '../../support/run-machine.ts';

const only = (state: object) => ({ StartAt: 'S', States: { S: state } });

describe('Succeed', () => {
  it('a Succeed state ends the execution with what its paths select', () => {
    const definition = only({ Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' });

    const { output, types } = run(definition, { input: { a: { b: 1 } } });

    expect(output).toBe(1);
    expect(types.slice(1)).toEqual([
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });
});
