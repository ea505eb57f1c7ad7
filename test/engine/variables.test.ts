/** Variables: how they are set and read, and their scope. */
import { describe, expect, it } from 'vitest';
import { Run, run, TaskFailure } from '../support/run-machine.ts';

const chain = (first: object, second: object) => ({
  StartAt: 'A',
  States: { A: { Next: 'B', ...first }, B: { End: true, ...second } },
});
const reading = { Type: 'Pass', Parameters: { 'x.$': '$x' } };

describe('Assign', () => {
  it('Assign sets variables that later states read, in either language', () => {
    const set = { Type: 'Pass', Result: { n: 1 }, Assign: { 'x.$': '$.n', y: [2] } };
    const jsonata = { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% [$x, $y] %}' };
    const jsonPath = {
      Type: 'Pass',
      Parameters: { 'all.$': 'States.Array($x, $y[0])', 'y.$': '$y[0]' },
    };

    expect(run(chain(set, jsonata)).output).toEqual([1, 2]);
    expect(run(chain(set, jsonPath)).output).toEqual({ all: [1, 2], y: 2 });
  });

  it('Assign is recorded in the exited event of its state', () => {
    const { history } = run(chain({ Type: 'Pass', Assign: { x: { a: 1 }, y: 'b' } }, reading));
    const left = history.flatMap(({ stateExitedEventDetails: details }) => details ?? []);

    expect(left.map(({ assignedVariables }) => assignedVariables)).toEqual([
      { x: '{"a":1}', y: '"b"' },
      undefined,
    ]);
  });

  it('Assign sets all its variables at once: its values see the previous ones', () => {
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

  it('Assign of a JSONPath Task sees the unshaped result', () => {
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

  it('Assign of a rule or a catcher replaces that of the state', () => {
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

  it('Assign over the limit fails the state with States.DataLimitExceeded', () => {
    const half = 'x'.repeat(200_000);
    const { end } = run(chain({ Type: 'Pass', Assign: { x: half, y: half } }, reading));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('Assign may use names that every object inherits', () => {
    const set = { Type: 'Pass', Assign: JSON.parse('{"__proto__": 1, "constructor": 2}') };
    const read = { Type: 'Pass', Parameters: { 'a.$': '$__proto__', 'b.$': '$constructor' } };

    expect(run(chain(set, read)).output).toEqual({ a: 1, b: 2 });
  });
});

describe('a variable that was never set', () => {
  it('a JSONPath with a variable that was never set fails the state', () => {
    const { end } = run(chain({ Type: 'Pass' }, reading));

    expect(end).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('the scope of a variable', () => {
  const inner = (states: object) => ({ StartAt: 'P', States: states });
  const outer = { Type: 'Pass', Assign: { x: 'outer' } };

  it('a variable is visible in branches and iterations', () => {
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

  it('a variable is not visible outside the branch that set it', () => {
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

  it('a variable is in the snapshot once, where it was set', () => {
    const task = { Type: 'Task', Resource: 'r', End: true };
    const branch = { StartAt: 'P', States: { P: task } };
    const definition = chain(outer, { Type: 'Parallel', Branches: [branch] });
    const { snapshot } = new Run(definition).apply({ type: 'started' });

    expect(snapshot.root).toMatchObject({ variables: { x: 'outer' } });
    expect(JSON.stringify(snapshot).match(/variables/g)).toHaveLength(1);
  });
});
