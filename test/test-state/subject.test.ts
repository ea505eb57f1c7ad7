/** Finding the state under test. */
import { describe, expect, it } from 'vitest';
import { findSubject, listStatesInside } from '../../lib/test-state/subject.ts';
import { catchRefusal } from './state-test-harness.ts';

const inner = { StartAt: 'Pack', States: { Pack: { Type: 'Pass', End: true } } };
const machine = {
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: { Type: 'Map', ItemProcessor: inner, Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'Ship', States: { Ship: { Type: 'Succeed' } } }],
      End: true,
    },
  },
};
const find = (definition: object, stateName?: string) => {
  const text = JSON.stringify(definition);
  return findSubject(
    stateName === undefined ? { definition: text } : { definition: text, stateName },
  );
};

describe('findSubject', () => {
  it('findSubject finds a state inside a Map or a Parallel, in the language of its machine', () => {
    expect(find(machine, 'Pack')).toMatchObject({ node: { type: 'Pass' }, language: 'JSONata' });
    expect(find(machine, 'Ship')).toMatchObject({ node: { type: 'Succeed' } });
  });

  it('findSubject treats a distributed Map like an inline one', () => {
    const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
    const each = { Type: 'Map', ItemProcessor: { ...inner, ProcessorConfig }, End: true };
    const nested = {
      StartAt: 'All',
      States: {
        All: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'Each', States: { Each: each }, ProcessorConfig },
          End: true,
        },
      },
    };

    expect(find(each).node.type).toBe('Map');
    expect(find(nested, 'Pack').node.type).toBe('Pass');
    expect(listStatesInside(find(nested, 'All'))).toEqual(['Each', 'Pack']);
  });

  it('a definition of a single state has the state name StateName', () => {
    expect(find({ Type: 'Succeed' })).toMatchObject({ name: 'StateName', language: 'JSONPath' });
  });

  it('a definition of a single state needs no states that it leads to', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Elsewhere' }];

    expect(find({ Type: 'Task', Resource: 'work', Catch, Next: 'There' }).node.type).toBe('Task');
    expect(
      find({ Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'There' }] }),
    ).toMatchObject({ state: { Type: 'Choice' } });
  });

  it('a definition of a single state needs the states that its inner states lead to', () => {
    const lost = { StartAt: 'Pack', States: { Pack: { Type: 'Pass', Next: 'Nowhere' } } };

    expect(catchRefusal(() => find({ Type: 'Map', ItemProcessor: lost, End: true }))).toMatchObject(
      {
        type: 'InvalidDefinition',
      },
    );
  });

  it('findSubject refuses an unknown state name', () => {
    expect(catchRefusal(() => find(machine, 'Fold'))).toEqual({
      type: 'ValidationException',
      message: 'State not found in definition',
    });
  });

  it('findSubject refuses a machine without a state name', () => {
    expect(catchRefusal(() => find(machine))).toMatchObject({ type: 'ValidationException' });
  });

  it('findSubject refuses an invalid definition with the location of each problem', () => {
    const { type, message } = catchRefusal(() => find({ Type: 'Wait', End: true }));

    expect(type).toBe('InvalidDefinition');
    expect(message).toMatch(/^Invalid State Machine Definition: '.* at \/States\/StateName/);
  });

  it('findSubject refuses a definition that is not JSON', () => {
    expect(catchRefusal(() => findSubject({ definition: '{"Type":' }))).toMatchObject({
      type: 'InvalidDefinition',
    });
  });
});

describe('listStatesInside', () => {
  it('listStatesInside lists the states of every inner graph', () => {
    expect(listStatesInside(find(machine, 'Each'))).toEqual(['Pack']);
    expect(listStatesInside(find(machine, 'Both'))).toEqual(['Ship']);
    expect(listStatesInside(find(machine, 'Pack'))).toEqual([]);
  });
});
