/** Which resource comes before which. */
import { describe, expect, it } from 'vitest';
import { creationOrder } from '../../../rehearsal/template/creation-order.ts';
import { assemblyOf, stackOf } from '../../support/assembly.ts';

describe('the order of creation', () => {
  it('follows references of every kind and DependsOn, and keeps the order of the rest', async () => {
    const assembly = await stackOf({
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

  it('takes the stacks that others need first', async () => {
    const assembly = await assemblyOf({
      Data: { Resources: { Bucket: { Type: 'A' } } },
      Compute: { Resources: { Leader: { Type: 'A' } } },
    });

    const order = creationOrder({ ...assembly, stacks: assembly.stacks.toReversed() });

    expect(order.map(({ id }) => id)).toEqual(['Data/Bucket', 'Compute/Leader']);
  });

  it('does not exist where resources wait for each other, and says which', async () => {
    const assembly = await stackOf({
      Egg: { Type: 'A', Properties: { a: { Ref: 'Hen' } } },
      Hen: { Type: 'A', DependsOn: 'Egg' },
    });

    expect(() => creationOrder(assembly)).toThrow(/Stack\/Egg → Stack\/Hen → Stack\/Egg/);
  });
});
