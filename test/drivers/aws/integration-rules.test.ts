/** Which services and actions Tasks may call. */
import { describe, expect, it } from 'vitest';
import { IntegrationRules } from '../../../lib/drivers/aws/integration-rules.ts';

const states = 'arn:aws:states:::';

function refusalOf(resource: string, allowed: readonly string[] | null, protectsStore = false) {
  return new IntegrationRules({ allowed, protectsStore }).findRefusal(resource);
}

describe('the rules for integrations', () => {
  it('every integration may be called when there are no rules', () => {
    for (const resource of ['sqs:sendMessage', 'aws-sdk:secretsmanager:getSecretValue']) {
      expect(refusalOf(`${states}${resource}`, null)).toBeNull();
    }
  });

  it.each([
    ['sqs:sendMessage', 'sqs:sendMessage.waitForTaskToken'],
    ['dynamodb:getItem', 'aws-sdk:dynamodb:getItem'],
    ['aws-sdk:dynamodb:getItem', 'dynamodb:getItem'],
    ['dynamodb:*', 'aws-sdk:dynamodb:deleteTable'],
    ['events:putEvents', 'aws-sdk:eventbridge:putEvents'],
    ['eventbridge:*', 'events:putEvents'],
    ['states:startExecution', 'aws-sdk:sfn:startExecution'],
    ['s3:getObject', 'aws-sdk:s3:GetObject'],
    ['ecs:runTask', 'ecs:runTask.sync'],
    ['http:invoke', 'http:invoke'],
    ['*', 'aws-sdk:iam:createUser'],
  ])('the rule %s allows %s', (rule, resource) => {
    expect(refusalOf(`${states}${resource}`, [rule])).toBeNull();
  });

  it.each([
    ['sqs:sendMessage', 'aws-sdk:sqs:deleteQueue'],
    ['sqs:*', 'sns:publish'],
    ['sqs:sendMessage', 'http:invoke'],
    ['sqs:sendMessage', 'states:startExecution.sync:2'],
  ])('the rule %s alone does not allow %s', (rule, resource) => {
    expect(refusalOf(`${states}${resource}`, [rule])).toContain(
      `the configuration allows only some integrations (${rule}): add '`,
    );
  });

  it('a function by its ARN is allowed as lambda:invoke', () => {
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:charge';

    expect(refusalOf(arn, ['lambda:invoke'])).toBeNull();
    expect(refusalOf(arn, ['sqs:*'])).toContain('allows only some integrations');
  });

  it('services that lead to the store need a rule that names them', () => {
    for (const action of ['rdsdata:executeStatement', 'secretsmanager:getSecretValue']) {
      const resource = `${states}aws-sdk:${action}`;

      expect(refusalOf(resource, null, true)).toContain('could reach the database of Millrace');
      expect(refusalOf(resource, ['*'], true)).toContain("beside '*'");
      expect(refusalOf(resource, ['*', action], true)).toBeNull();
      expect(refusalOf(resource, [`aws-sdk:${action}`], true)).toBeNull();
    }
    expect(refusalOf(`${states}sqs:sendMessage`, null, true)).toBeNull();
  });
});
