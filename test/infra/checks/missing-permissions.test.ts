/** Calls of AWS in definitions that the policies of workers do not allow. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { missingPermissions } from '../../../lib/infra/checks/missing-permissions.ts';

describe('missingPermissions', () => {
  const machines = [
    {
      id: 'order',
      type: 'STANDARD' as const,
      definition: {},
      awsResources: [
        'arn:aws:states:::dynamodb:putItem',
        'arn:aws:states:::aws-sdk:s3:getObject',
        'arn:aws:states:::lambda:invoke.waitForTaskToken',
        'arn:aws:states:::states:startExecution.sync:2',
      ],
    },
  ];
  const allow = (...actions: string[]) => new PolicyStatement({ actions, resources: ['*'] });

  it('calls that no policy allows are reported by their IAM actions', () => {
    expect(missingPermissions(machines, [])).toEqual([
      expect.stringContaining('calls dynamodb:PutItem, s3:GetObject, lambda:InvokeFunction, which'),
    ]);
  });

  it('a wildcard in a policy allows calls', () => {
    const policies = [allow('dynamodb:*', 's3:Get*'), allow('lambda:InvokeFunction')];

    expect(missingPermissions(machines, policies)).toEqual([]);
  });
});
