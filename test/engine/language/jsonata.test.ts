/** States with JSONata as their query language. */
import { describe, expect, it } from 'vitest';
import { findOpenCommands } from '../../../lib/engine/open-commands.ts';
import { Run, run, startOfRun, TaskFailure } from '../../support/run-machine.ts';

const machine = (states: object, StartAt = 'S') => ({
  QueryLanguage: 'JSONata',
  StartAt,
  States: states,
});
const state = (fields: object) => machine({ S: { End: true, ...fields } });
const listEvaluations = ({ history }: Run) =>
  history.flatMap(({ evaluationFailedEventDetails: details }) => (details ? [details] : []));

describe('a Task in JSONata', () => {
  const task = {
    Type: 'Task',
    Resource: 'charge',
    Arguments: { sum: '{% $states.input.price * 2 %}', currency: 'EUR' },
    Output: { paid: '{% $states.result.ok %}', in: '{% $states.input %}' },
  };

  it('a JSONata Task passes Arguments to its handler and outputs Output', () => {
    const { calls, output } = run(state(task), {
      input: { price: 4 },
      handlers: { charge: () => ({ ok: true }) },
    });

    expect(calls[0]?.parameters).toEqual({ sum: 8, currency: 'EUR' });
    expect(output).toEqual({ paid: true, in: { price: 4 } });
  });

  it('a JSONata Task without Arguments and Output passes its input and outputs its result', () => {
    const definition = state({ Type: 'Task', Resource: 'charge' });
    const { calls, output } = run(definition, { input: 1, handlers: { charge: () => 2 } });

    expect([calls[0]?.parameters, output]).toEqual([1, 2]);
  });

  it('a JSONata catcher has its own Output', () => {
    const Catch = [
      {
        ErrorEquals: ['Broke'],
        Output: { why: '{% $states.errorOutput.Cause %}' },
        Next: 'End',
      },
    ];
    const definition = machine({ S: { ...task, Catch, End: true }, End: { Type: 'Succeed' } });
    const charge = () => {
      throw new TaskFailure('Broke', 'no money');
    };

    const { output } = run(definition, { input: { price: 1 }, handlers: { charge } });

    expect(output).toEqual({ why: 'no money' });
  });

  it('a JSONata Task evaluates its time limits', () => {
    const definition = state({ ...task, TimeoutSeconds: '{% $states.input.price + 1 %}' });
    const { snapshot } = new Run(definition, { input: { price: 4 } }).apply({ type: 'started' });

    expect(snapshot.root).toMatchObject({ doing: { timeoutAt: startOfRun + 5_000 } });
  });

  it('a command is sent again with the same parameters, although they depend on random numbers and time', () => {
    const Arguments = { id: '{% $uuid() %}', at: '{% $millis() %}' };
    const begun = new Run(state({ ...task, Arguments })).apply({ type: 'started' });

    const [first] = begun.effects;
    expect(findOpenCommands(begun.machine, begun.identity, begun.snapshot)).toEqual([first]);
  });

  it('a failed expression is States.QueryEvaluationError with its location, and may be caught', () => {
    const Arguments = { list: [{ sum: '{% $nothing %}' }] };
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'End' }];
    const failed = run(state({ ...task, Arguments }));
    const caught = run(
      machine({ S: { ...task, Arguments, Catch, End: true }, End: { Type: 'Succeed' } }),
    );

    expect(listEvaluations(failed)).toMatchObject([
      { error: 'States.QueryEvaluationError', location: 'Arguments/list[0]/sum', state: 'S' },
    ]);
    expect(failed.end?.cause).toContain("'$nothing' specified for the field");
    expect(caught.snapshot.status).toBe('SUCCEEDED');
  });
});

describe('the other states in JSONata', () => {
  it('a JSONata Choice follows the Condition that is true, with the Output of its rule', () => {
    const definition = machine({
      S: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input > 2 %}', Output: 'many', Next: 'End' }],
        Output: 'few',
        Default: 'End',
      },
      End: { Type: 'Succeed' },
    });

    expect(run(definition, { input: 3 }).output).toBe('many');
    expect(run(definition, { input: 1 }).output).toBe('few');
    expect(run(state({ Type: 'Wait', Seconds: 0 }), { input: 7 }).output).toBe(7);
  });

  it('a JSONata Wait evaluates Seconds and Timestamp', () => {
    const seconds = run(state({ Type: 'Wait', Seconds: '{% $states.input %}' }), { input: 9 });
    const at = '2026-01-01T00:01:00Z';
    const until = run(state({ Type: 'Wait', Timestamp: '{% $states.input %}' }), { input: at });

    expect([seconds.now, until.now]).toEqual([startOfRun + 9_000, startOfRun + 60_000]);
  });

  it('a JSONata Fail evaluates its Error and Cause', () => {
    const definition = machine({ S: { Type: 'Fail', Error: '{% $states.input %}', Cause: 'c' } });

    expect(run(definition, { input: 'Mine' }).end).toMatchObject({ error: 'Mine', cause: 'c' });
  });

  it('a JSONata Map runs over Items with ItemSelector', () => {
    const definition = state({
      Type: 'Map',
      Items: '{% [1..$states.input] %}',
      ItemSelector: { n: '{% $states.context.Map.Item.Value * 10 %}' },
      ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
      Output: '{% $sum($states.result.n) %}',
    });

    expect(run(definition, { input: 3 }).output).toBe(60);
  });

  it('a JSONata Map keeps items that depend on random numbers', () => {
    const definition = state({
      Type: 'Map',
      Items: '{% [$uuid(), $uuid()] %}',
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: 'P',
        States: { P: { Type: 'Task', Resource: 'echo', End: true } },
      },
    });
    const { output, calls, snapshot } = run(definition, { handlers: { echo: (value) => value } });

    expect(output).toEqual(calls.map(({ parameters }) => parameters));
    expect(snapshot.status).toBe('SUCCEEDED');
  });

  it('a JSONata Map fails when Items is not an array', () => {
    const ItemProcessor = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
    const { types, end } = run(state({ Type: 'Map', Items: '{% "a" %}', ItemProcessor }));

    expect(types.slice(2)).toEqual(['EvaluationFailed', 'MapStateFailed', 'ExecutionFailed']);
    expect(end?.cause).toContain(`Expected 'array', but was 'string' for value: "a"`);
  });

  it('a JSONPath machine may have JSONata states', () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Result: 2, ResultPath: '$.n', Next: 'B' },
        B: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.n %}', End: true },
      },
    };

    expect(run(definition).output).toBe(2);
  });
});
