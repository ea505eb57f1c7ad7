/** The Choice state. */
import { describe, expect, it } from 'vitest';
import { run } from '../../support/run-machine.ts';

const choice = (fields: object) => ({
  StartAt: 'C',
  States: {
    C: { Type: 'Choice', ...fields },
    Low: { Type: 'Pass', Result: 'low', End: true },
    High: { Type: 'Pass', Result: 'high', End: true },
  },
});
const rules = [
  { Variable: '$.n', NumericLessThan: 5, Next: 'Low' },
  { Variable: '$.n', NumericLessThan: 9, Next: 'High' },
];

describe('Choice', () => {
  it('a Choice goes to the state of the first rule that holds', () => {
    expect(run(choice({ Choices: rules }), { input: { n: 1 } }).output).toBe('low');
    expect(run(choice({ Choices: rules }), { input: { n: 7 } }).output).toBe('high');
  });

  it('a Choice goes to Default when no rule holds', () => {
    const definition = choice({ Choices: rules, Default: 'High' });

    expect(run(definition, { input: { n: 10 } }).output).toBe('high');
  });

  it('a Choice without Default fails as a state that leads nowhere when no rule holds', () => {
    const { snapshot, end, types } = run(choice({ Choices: rules }), { input: { n: 10 } });

    expect(snapshot.status).toBe('FAILED');
    expect(end).toMatchObject({
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'C' (entered at the event id #2). " +
        'Failed to transition out of the state. The state does not point to a next state.',
    });
    expect(types).toEqual(['ExecutionStarted', 'ChoiceStateEntered', 'ExecutionFailed']);
  });

  it('a Choice tests what InputPath selects and outputs what OutputPath selects of that', () => {
    const definition = {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', InputPath: '$.in', OutputPath: '$.out', Choices: rules },
        Low: { Type: 'Succeed' },
        High: { Type: 'Fail' },
      },
    };

    expect(run(definition, { input: { in: { n: 1, out: 'kept' } } }).output).toBe('kept');
  });

  it('a Choice loops as often as its rules say', () => {
    const definition = {
      StartAt: 'Add',
      States: {
        Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Enough' },
        Enough: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericEquals: 20, Next: 'End' }],
          Default: 'Add',
        },
        End: { Type: 'Succeed' },
      },
    };

    const { output, types } = run(definition, { input: { n: 0 } });

    expect(output).toEqual({ n: 20 });
    expect(types.filter((type) => type === 'ChoiceStateEntered')).toHaveLength(20);
  });
});
