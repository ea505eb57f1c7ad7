/** Calls of AWS that a definition makes, held against what workers may do. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { missingPermissions } from '../../../lib/infra/checks/missing-permissions.ts';

describe('The permissions of tasks', () => {
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

  it('that no policy grants are told, by the names that IAM has for them', () => {
    expect(missingPermissions(machines, [])).toEqual([
      expect.stringContaining('calls dynamodb:PutItem, s3:GetObject, lambda:InvokeFunction, which'),
    ]);
  });

  it('are enough when a wildcard covers them', () => {
    const policies = [allow('dynamodb:*', 's3:Get*'), allow('lambda:InvokeFunction')];

    expect(missingPermissions(machines, policies)).toEqual([]);
  });
});
