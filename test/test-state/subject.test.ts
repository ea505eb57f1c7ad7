/** Which state a request means. */
import { describe, expect, it } from 'vitest';
import { findSubject, statesInside } from '../../lib/test-state/subject.ts';
import { refusalOf } from './ask.ts';

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
  it('finds a state inside of a Map or a Parallel, in the language of its machine', () => {
    expect(find(machine, 'Pack')).toMatchObject({ node: { type: 'Pass' }, language: 'JSONata' });
    expect(find(machine, 'Ship')).toMatchObject({ node: { type: 'Succeed' } });
  });

  it('finds a distributed Map and the states inside of it as those of an inline one', () => {
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
    expect(statesInside(find(nested, 'All'))).toEqual(['Each', 'Pack']);
  });

  it('takes a definition that is a single state for the state named StateName', () => {
    expect(find({ Type: 'Succeed' })).toMatchObject({ name: 'StateName', language: 'JSONPath' });
  });

  it('needs none of the states that a single one leads to', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Elsewhere' }];

    expect(find({ Type: 'Task', Resource: 'work', Catch, Next: 'There' }).node.type).toBe('Task');
    expect(
      find({ Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'There' }] }),
    ).toMatchObject({ state: { Type: 'Choice' } });
  });

  it('needs those that states inside of a single one lead to', () => {
    const lost = { StartAt: 'Pack', States: { Pack: { Type: 'Pass', Next: 'Nowhere' } } };

    expect(refusalOf(() => find({ Type: 'Map', ItemProcessor: lost, End: true }))).toMatchObject({
      type: 'InvalidDefinition',
    });
  });

  it('refuses a name that no state has', () => {
    expect(refusalOf(() => find(machine, 'Fold'))).toEqual({
      type: 'ValidationException',
      message: 'State not found in definition',
    });
  });

  it('refuses a machine of which no state is named', () => {
    expect(refusalOf(() => find(machine))).toMatchObject({ type: 'ValidationException' });
  });

  it('refuses a definition that is not valid, with the place of each problem', () => {
    const { type, message } = refusalOf(() => find({ Type: 'Wait', End: true }));

    expect(type).toBe('InvalidDefinition');
    expect(message).toMatch(/^Invalid State Machine Definition: '.* at \/States\/StateName/);
  });

  it('refuses a definition that is no JSON', () => {
    expect(refusalOf(() => findSubject({ definition: '{"Type":' }))).toMatchObject({
      type: 'InvalidDefinition',
    });
  });
});

describe('statesInside', () => {
  it('names the states of every graph inside', () => {
    expect(statesInside(find(machine, 'Each'))).toEqual(['Pack']);
    expect(statesInside(find(machine, 'Both'))).toEqual(['Ship']);
    expect(statesInside(find(machine, 'Pack'))).toEqual([]);
  });
});
