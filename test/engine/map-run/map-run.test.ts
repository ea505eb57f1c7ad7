/** What the children of a distributed Map are made of. */
import { describe, expect, it } from 'vitest';
import type { MachineDefinition, MapState } from '../../../lib/asl/definition.ts';
import { childDefinition, compileItemInput } from '../../../lib/engine/map-run/map-run.ts';
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
const chance = { random: () => 0.5, now: () => 0 };
const item = { index: 3, value: { n: 1 } };

describe('the machine of the children', () => {
  it('is the processor, in the machine’s query language', () => {
    expect(childDefinition(machine(mapState()), 'S')).toEqual(graph);
    expect(childDefinition(machine(mapState(), { QueryLanguage: 'JSONata' }), 'S')).toEqual({
      ...graph,
      QueryLanguage: 'JSONata',
    });
  });

  it('is found inside branches and inline Maps', () => {
    const inner = machine(mapState());
    const inline = mapState({ ItemProcessor: { ...inner } });
    const parallel = { Type: 'Parallel', Branches: [machine(inline)], End: true } as const;

    expect(childDefinition({ StartAt: 'P', States: { P: parallel } }, 'S')).toEqual(graph);
  });

  it('is not looked for in the processors of other distributed Maps', () => {
    const outer = mapState({
      ItemProcessor: { ...machine(mapState()), ProcessorConfig: { Mode: 'DISTRIBUTED' } },
    });

    expect(childDefinition({ StartAt: 'O', States: { O: outer } }, 'S')).toBeUndefined();
  });
});

describe('the input of a child', () => {
  it('is the item without an ItemSelector', () => {
    const shape = compileItemInput(machine(mapState()), 'S');

    expect(shape(scope, item, chance)).toEqual({ input: { n: 1 } });
  });

  it('is what ItemSelector makes of the item and of the parent’s data', () => {
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'value.$': '$$.Map.Item.Value.n',
      'parent.$': '$.from',
      'variable.$': '$v',
      'state.$': '$$.State.Name',
    };

    const shape = compileItemInput(machine(mapState({ ItemSelector })), 'S');

    expect(shape(scope, item, chance)).toEqual({
      input: { index: 3, value: 1, parent: 'parent', variable: 5, state: 'S' },
    });
  });

  it('is shaped in JSONata likewise', () => {
    const ItemSelector = {
      index: '{% $states.context.Map.Item.Index %}',
      both: '{% $states.context.Map.Item.Value.n + $v %}',
      parent: '{% $states.input.from %}',
    };
    const definition = machine(mapState({ ItemSelector }), { QueryLanguage: 'JSONata' });

    const shape = compileItemInput(definition, 'S');

    expect(shape(scope, item, chance)).toEqual({ input: { index: 3, both: 6, parent: 'parent' } });
  });

  it('is a failure where a path of the ItemSelector finds nothing', () => {
    const shape = compileItemInput(machine(mapState({ ItemSelector: { 'x.$': '$.none' } })), 'S');

    expect(shape(scope, item, chance)).toMatchObject({ failure: { error: 'States.Runtime' } });
  });
});
