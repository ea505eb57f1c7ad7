/** The packages that the Tasks of a definition need. */
import { describe, expect, it } from 'vitest';
import { findClientPackage } from '../../../lib/drivers/aws/client-packages.ts';

describe('findClientPackage', () => {
  it.each([
    ['arn:aws:states:::dynamodb:putItem', '@aws-sdk/client-dynamodb'],
    ['arn:aws:states:::aws-sdk:sns:publish', '@aws-sdk/client-sns'],
    ['arn:aws:states:::aws-sdk:cloudwatchlogs:putLogEvents', '@aws-sdk/client-cloudwatch-logs'],
    ['arn:aws:states:::lambda:invoke.waitForTaskToken', '@aws-sdk/client-lambda'],
    ['arn:aws:lambda:eu-central-1:000000000000:function:f', '@aws-sdk/client-lambda'],
    ['arn:aws:states:::http:invoke', null],
    ['arn:aws:states:::apigateway:invoke', null],
    ['arn:aws:states:::states:startExecution.sync:2', null],
    ['arn:aws:states:eu-central-1:000000000000:activity:approve', null],
    ['arn:aws:states:::millrace:receiveMessage', null],
    ['aHandler', null],
  ])('the resource %s needs the package %s', (resource, name) => {
    expect(findClientPackage(resource)).toBe(name);
  });
});
