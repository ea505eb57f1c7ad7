/** The machine and the input of the children of a distributed Map. */
import { describe, expect, it } from 'vitest';
import type { MachineDefinition, MapState } from '../../../lib/asl/definition.ts';
import { compileItemSelector, findChildDefinition } from '../../../lib/engine/map-run/map-run.ts';
import type { MapRunScope } from '../../../lib/engine/map-run/map-run-spec.ts';

const graph = { StartAt: 'W', States: { W: { Type: 'Succeed' } } } as const;
const mapState = (fields: Partial<MapState> = {}): MapState => ({
  Type: 'Map',
  ItemProcessor: { ...graph, ProcessorConfig: { Mode: 'DISTRIBUTED' } },
  End: true,
  ...fields,
});
const machine = (S: MapState, rest: Partial<MachineDefinition> = {}): MachineDefinition => ({
  StartAt: 'S',
  States: { S },
  ...rest,
});
const scope: MapRunScope = {
  input: { from: 'parent' },
  context: { State: { Name: 'S' } },
  variables: { v: 5 },
};
const randomness = { random: () => 0.5, now: () => 0 };
const item = { index: 3, value: { n: 1 } };

describe('the context of an item', () => {
  it('the context of a member of an object has its key and its value', () => {
    const ItemSelector = {
      'i.$': '$$.Map.Item',
      'k.$': '$$.Map.Item.Key',
      'v.$': '$$.Map.Item.Value',
    };
    const select = compileItemSelector(machine(mapState({ ItemSelector })), 'S');
    const member = { index: 0, value: { Key: 'a', Value: { x: 1 } }, isMember: true } as const;

    const { Key, Value } = member.value;
    expect(select(scope, member, randomness)).toEqual({
      input: { i: { Index: 0, Key, Value }, k: Key, v: Value },
    });
  });

  it('the context of an element that looks like a member has no key', () => {
    const ItemSelector = { 'i.$': '$$.Map.Item' };
    const select = compileItemSelector(machine(mapState({ ItemSelector })), 'S');
    const value = { Key: 'a', Value: 1 };

    expect(select(scope, { index: 0, value }, randomness)).toEqual({
      input: { i: { Index: 0, Value: value } },
    });
  });
});

describe('the machine of the children', () => {
  it('children run the processor, in the query language of the machine', () => {
    expect(findChildDefinition(machine(mapState()), 'S')).toEqual(graph);
    expect(findChildDefinition(machine(mapState(), { QueryLanguage: 'JSONata' }), 'S')).toEqual({
      ...graph,
      QueryLanguage: 'JSONata',
    });
  });

  it('a distributed Map is found inside branches and inline Maps', () => {
    const inner = machine(mapState());
    const inline = mapState({ ItemProcessor: { ...inner } });
    const parallel = { Type: 'Parallel', Branches: [machine(inline)], End: true } as const;

    expect(findChildDefinition({ StartAt: 'P', States: { P: parallel } }, 'S')).toEqual(graph);
  });

  it('a distributed Map is not looked for in the processors of other distributed Maps', () => {
    const outer = mapState({
      ItemProcessor: { ...machine(mapState()), ProcessorConfig: { Mode: 'DISTRIBUTED' } },
    });

    expect(findChildDefinition({ StartAt: 'O', States: { O: outer } }, 'S')).toBeUndefined();
  });
});

describe('the input of a child', () => {
  it('the input of a child is its item when the Map has no ItemSelector', () => {
    const shape = compileItemSelector(machine(mapState()), 'S');

    expect(shape(scope, item, randomness)).toEqual({ input: { n: 1 } });
  });

  it('ItemSelector shapes the input of a child from the item and the parent’s data', () => {
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'value.$': '$$.Map.Item.Value.n',
      'parent.$': '$.from',
      'variable.$': '$v',
      'state.$': '$$.State.Name',
    };

    const shape = compileItemSelector(machine(mapState({ ItemSelector })), 'S');

    expect(shape(scope, item, randomness)).toEqual({
      input: { index: 3, value: 1, parent: 'parent', variable: 5, state: 'S' },
    });
  });

  it('ItemSelector in JSONata shapes the input of a child, too', () => {
    const ItemSelector = {
      index: '{% $states.context.Map.Item.Index %}',
      both: '{% $states.context.Map.Item.Value.n + $v %}',
      parent: '{% $states.input.from %}',
    };
    const definition = machine(mapState({ ItemSelector }), { QueryLanguage: 'JSONata' });

    const shape = compileItemSelector(definition, 'S');

    expect(shape(scope, item, randomness)).toEqual({
      input: { index: 3, both: 6, parent: 'parent' },
    });
  });

  it('an ItemSelector whose path finds nothing is a failure instead of an input', () => {
    const shape = compileItemSelector(
      machine(mapState({ ItemSelector: { 'x.$': '$.none' } })),
      'S',
    );

    expect(shape(scope, item, randomness)).toMatchObject({ failure: { error: 'States.Runtime' } });
  });
});
