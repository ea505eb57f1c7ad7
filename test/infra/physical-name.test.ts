/** Names of resources that other resources must know before they exist. */
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { physicalName } from '../../lib/infra/physical-name.ts';

describe('physicalName', () => {
  const stack = new Stack(new App(), 'shop');
  const [first, second] = ['First', 'Second'].map((id) => new Construct(stack, id));

  it('a physical name has the name of the stack, the suffix and part of the address', () => {
    expect(physicalName(stack, 80, 'Queue')).toMatch(/^shop-Queue-[\da-f]{8}$/);
    expect(physicalName(stack, 80)).toMatch(/^shop-[\da-f]{8}$/);
  });

  it('physical names of two constructs of a stack differ', () => {
    if (first === undefined || second === undefined) throw new Error('two constructs');

    expect(physicalName(first, 80, 'Queue')).not.toBe(physicalName(second, 80, 'Queue'));
  });

  it('a long physical name is shortened but stays unique', () => {
    const name = physicalName(stack, 20, 'a-very-long-suffix');

    expect(name).toHaveLength(20);
    expect(name).toMatch(/-[\da-f]{8}$/);
  });

  it('a physical name in a nested stack does not contain a reference', () => {
    const nested = new NestedStack(stack, 'Nested');

    expect(physicalName(nested, 80)).toMatch(/^millrace-[\da-f]{8}$/);
  });
});
