/** The size of a function's environment. */
import { App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { checkEnvironment } from '../../../lib/infra/checks/check-environment.ts';

describe('checkEnvironment', () => {
  it('an environment of 4 KB is accepted and a byte more is refused', () => {
    const environment = { A: 'x'.repeat(4_095) };

    expect(() => checkEnvironment('Leader', environment)).not.toThrow();
    expect(() => checkEnvironment('Leader', { ...environment, B: '' })).toThrow(
      /^Leader: the environment of a function may have 4 KB and would have about 4,097 bytes: use/,
    );
  });

  it('a reference in an environment counts with the size of an ARN', () => {
    const { queueArn } = new Queue(new Stack(new App(), 'Test'), 'Queue');

    expect(() => checkEnvironment('Leader', { A: 'x'.repeat(3_974), B: queueArn })).not.toThrow();
    expect(() => checkEnvironment('Leader', { A: 'x'.repeat(3_975), B: queueArn })).toThrow(
      /4,097/,
    );
  });
});
