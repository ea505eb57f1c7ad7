/** The order in which resources are created. */
import { describe, expect, it } from 'vitest';
import { creationOrder } from '../../../rehearsal/template/creation-order.ts';
import { loadStack, loadTemplates } from '../../support/assembly.ts';

describe('the order of creation', () => {
  it('the order of creation follows references and DependsOn, or else the template', async () => {
    const assembly = await loadStack({
      First: { Type: 'A', Properties: { a: { Ref: 'ByRef' }, b: { Ref: 'AWS::Region' } } },
      ByRef: { Type: 'A', Properties: { a: [{ 'Fn::GetAtt': ['ByAttribute', 'Arn'] }] } },
      ByAttribute: {
        Type: 'A',
        Properties: { a: { 'Fn::Sub': `${'$'}{BySub.Arn} ${'$'}{!Last}` } },
      },
      BySub: { Type: 'A', DependsOn: ['ByDependsOn'] },
      ByDependsOn: { Type: 'A' },
      Last: { Type: 'A' },
    });

    expect(creationOrder(assembly).map(({ logicalId }) => logicalId)).toEqual([
      'ByDependsOn',
      'BySub',
      'ByAttribute',
      'ByRef',
      'First',
      'Last',
    ]);
  });

  it('the order of creation begins with the stacks that others depend on', async () => {
    const assembly = await loadTemplates({
      Data: { Resources: { Bucket: { Type: 'A' } } },
      Compute: { Resources: { Leader: { Type: 'A' } } },
    });

    const order = creationOrder({ ...assembly, stacks: assembly.stacks.toReversed() });

    expect(order.map(({ id }) => id)).toEqual(['Data/Bucket', 'Compute/Leader']);
  });

  it('a circular reference has no order of creation, and the error names its resources', async () => {
    const assembly = await loadStack({
      Egg: { Type: 'A', Properties: { a: { Ref: 'Hen' } } },
      Hen: { Type: 'A', DependsOn: 'Egg' },
    });

    expect(() => creationOrder(assembly)).toThrow(/Stack\/Egg → Stack\/Hen → Stack\/Egg/);
  });
});
