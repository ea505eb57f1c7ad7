/** ARNs: what is made is read again, and nothing else is. */
import { describe, expect, it } from 'vitest';
import { defaultScope, partitionOf } from '../../../lib/engine/arn/aws-scope.ts';
import {
  toActivityArn,
  toExecutionArn,
  toExpressExecutionArn,
  toMachineArn,
  toMapRunArn,
  toQualifiedArn,
  toRepeatableName,
} from '../../../lib/engine/arn/make-arn.ts';
import { parseArn } from '../../../lib/engine/arn/parse-arn.ts';

const scope = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' };

describe('ARNs', () => {
  it('every ARN that is made is read with its scope', () => {
    const machine = { kind: 'stateMachine', machine: 'order', label: null, qualifier: null };
    const id = '01900000-0000-7000-8000-000000000001';
    for (const [arn, subject] of [
      [toMachineArn(scope, 'order~2'), machine],
      [toMachineArn(scope, 'order~2/Map'), { ...machine, label: 'Map' }],
      [toQualifiedArn(scope, 'order', 3), { ...machine, qualifier: '3' }],
      [toQualifiedArn(scope, 'order', 'live'), { ...machine, qualifier: 'live' }],
      [
        toExecutionArn(scope, 'order~2/Map', 'a'),
        { kind: 'execution', machine: 'order/Map', name: 'a' },
      ],
      [
        toExpressExecutionArn(scope, 'quick', toRepeatableName('a', id), id),
        { kind: 'express', machine: 'quick', name: 'a', id },
      ],
      [toActivityArn(scope, 'paint'), { kind: 'activity', name: 'paint' }],
      [
        toMapRunArn(toMachineArn(scope, 'order'), 'Map', id),
        { kind: 'mapRun', machine: 'order', label: 'Map', id },
      ],
    ] as const) {
      expect(parseArn(arn)).toEqual({ scope, subject });
    }
  });

  it('a text that is no ARN of Step Functions is not read', () => {
    const prefix = 'arn:aws:states:us-east-1:000000000000';
    for (const text of [
      '',
      'order',
      'arn:aws:lambda:us-east-1:000000000000:function:f',
      `${prefix}:stateMachine`,
      `${prefix}:stateMachine:`,
      `${prefix}:stateMachine:a:b:c`,
      `${prefix}:stateMachine:a/b/c`,
      `${prefix}:execution:a`,
      `${prefix}:execution:a:b:c`,
      `${prefix}:express:a:b`,
      `${prefix}:activity:a:b`,
      `${prefix}:mapRun:a:b`,
      `${prefix}:other:a`,
    ]) {
      expect(parseArn(text)).toBeNull();
    }
  });

  it('a region belongs to a partition', () => {
    expect(partitionOf(defaultScope.region)).toBe('aws');
    expect(partitionOf('cn-north-1')).toBe('aws-cn');
    expect(partitionOf('us-gov-west-1')).toBe('aws-us-gov');
  });
});
