/** Variables: how they are set and read, and how far they reach. */
import { describe, expect, it } from 'vitest';
import { Run, run, TaskFailure } from '../support/run-machine.ts';

const chain = (first: object, second: object) => ({
  StartAt: 'A',
  States: { A: { Next: 'B', ...first }, B: { End: true, ...second } },
});
const reading = { Type: 'Pass', Parameters: { 'x.$': '$x' } };

describe('Assign', () => {
  it('sets what later states read, in either language', () => {
    const set = { Type: 'Pass', Result: { n: 1 }, Assign: { 'x.$': '$.n', y: [2] } };
    const jsonata = { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% [$x, $y] %}' };
    const jsonPath = {
      Type: 'Pass',
      Parameters: { 'all.$': 'States.Array($x, $y[0])', 'y.$': '$y[0]' },
    };

    expect(run(chain(set, jsonata)).output).toEqual([1, 2]);
    expect(run(chain(set, jsonPath)).output).toEqual({ all: [1, 2], y: 2 });
  });

  it('is told where its state is left', () => {
    const { history } = run(chain({ Type: 'Pass', Assign: { x: { a: 1 }, y: 'b' } }, reading));
    const left = history.flatMap(({ stateExitedEventDetails: details }) => details ?? []);

    expect(left.map(({ assignedVariables }) => assignedVariables)).toEqual([
      { x: '{"a":1}', y: '"b"' },
      undefined,
    ]);
  });

  it('sets all at once: a value sees what was before', () => {
    const last = { Type: 'Pass', Parameters: { 'x.$': '$x', 'y.$': '$y' }, End: true };
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: 2, 'y.$': '$x' }, Next: 'C' },
        C: last,
      },
    };

    expect(run(definition).output).toEqual({ x: 2, y: 1 });
  });

  it('of a JSONPath Task sees the result as it came', () => {
    const task = {
      Type: 'Task',
      Resource: 'r',
      ResultSelector: { narrow: true },
      Assign: { 'x.$': '$.wide' },
    };

    expect(run(chain(task, reading), { handlers: { r: () => ({ wide: 1 }) } }).output).toEqual({
      x: 1,
    });
  });

  it('of a rule and of a catcher stands in place of the state’s own', () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Variable: '$', NumericEquals: 1, Next: 'B', Assign: { x: 'rule' } }],
      Default: 'B',
      Assign: { x: 'state' },
    };
    const definition = { StartAt: 'A', States: { A: choice, B: { ...reading, End: true } } };
    const task = {
      Type: 'Task',
      Resource: 'r',
      Assign: { x: 'state' },
      Catch: [{ ErrorEquals: ['E'], Next: 'B', Assign: { 'x.$': '$.Error' } }],
    };
    const r = () => {
      throw new TaskFailure('E');
    };

    expect(run(definition, { input: 1 }).output).toEqual({ x: 'rule' });
    expect(run(definition, { input: 2 }).output).toEqual({ x: 'state' });
    expect(run(chain(task, reading), { handlers: { r } }).output).toEqual({ x: 'E' });
  });

  it('over the limit fails the state with States.DataLimitExceeded', () => {
    const half = 'x'.repeat(200_000);
    const { end } = run(chain({ Type: 'Pass', Assign: { x: half, y: half } }, reading));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('sets a name that every object inherits like any other', () => {
    const set = { Type: 'Pass', Assign: JSON.parse('{"__proto__": 1, "constructor": 2}') };
    const read = { Type: 'Pass', Parameters: { 'a.$': '$__proto__', 'b.$': '$constructor' } };

    expect(run(chain(set, read)).output).toEqual({ a: 1, b: 2 });
  });
});

describe('a variable that was never set', () => {
  it('fails the JSONPath that needs it', () => {
    const { end } = run(chain({ Type: 'Pass' }, reading));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('the scope of a variable', () => {
  const inner = (states: object) => ({ StartAt: 'P', States: states });
  const outer = { Type: 'Pass', Assign: { x: 'outer' } };

  it('reaches into branches and iterations', () => {
    const branch = inner({ P: { ...reading, End: true } });
    const item = inner({ Q: { ...reading, End: true } });

    expect(run(chain(outer, { Type: 'Parallel', Branches: [branch] })).output).toEqual([
      { x: 'outer' },
    ]);
    expect(
      run(chain(outer, { Type: 'Map', ItemProcessor: { ...item, StartAt: 'Q' } }), { input: [1] })
        .output,
    ).toEqual([{ x: 'outer' }]);
  });

  it('ends with the branch that set it', () => {
    const branch = inner({
      P: { Type: 'Pass', Assign: { x: 'inner' }, Next: 'R' },
      R: { Type: 'Pass', Parameters: { 'x.$': '$x' }, End: true },
    });
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Parallel', Branches: [branch], Next: 'B' },
        B: { ...reading, End: true },
      },
    };

    expect(run(definition).end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('is kept in the snapshot where it was set, and only there', () => {
    const task = { Type: 'Task', Resource: 'r', End: true };
    const branch = { StartAt: 'P', States: { P: task } };
    const definition = chain(outer, { Type: 'Parallel', Branches: [branch] });
    const { snapshot } = new Run(definition).apply({ type: 'started' });

    expect(snapshot.root).toMatchObject({ variables: { x: 'outer' } });
    expect(JSON.stringify(snapshot).match(/variables/g)).toHaveLength(1);
  });
});
