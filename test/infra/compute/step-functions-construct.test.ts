/** The function of Step Functions' API: who may call it, and what it may do. */
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { envNames } from '../../../lib/config/setting-sources.ts';
import { findResource, listActions, listResources, listStatements } from '../template.ts';
import { createStack, functionsOf } from './compute-stack.ts';

const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders';
const taskPolicies = [new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table] })];

describe("the function of Step Functions' API", () => {
  let template: Template;
  let found: ReturnType<typeof functionsOf>;

  beforeAll(() => {
    const stack = createStack(() => ({ api: false, stepFunctions: true, taskPolicies }));
    template = Template.fromStack(stack);
    found = functionsOf(template);
  });

  it("the URL of Step Functions' API lets no one through whom IAM does not authorize", () => {
    expect(findResource(template, 'AWS::Lambda::Url').Properties).toMatchObject({
      AuthType: 'AWS_IAM',
      TargetFunctionArn: { 'Fn::GetAtt': [expect.stringContaining('StepFunctions'), 'Arn'] },
    });
  });

  it("the function of Step Functions' API has time for an execution of five minutes", () => {
    expect(found.StepFunctions?.Properties.Timeout).toBeGreaterThan(300);
  });

  it("the function of Step Functions' API may do what its operations do, and nothing else", () => {
    expect(listActions(listStatements(template, 'StepFunctionsRole'))).toEqual([
      'iam:PassRole',
      'rds-data:ExecuteStatement',
      'scheduler:GetSchedule',
      'scheduler:UpdateSchedule',
      'secretsmanager:GetSecretValue',
      'sqs:SendMessage',
    ]);
    expect(listActions(listStatements(template, 'StepFunctionsTasks'))).toEqual([
      'dynamodb:PutItem',
    ]);
    const secret = found.StepFunctions?.Properties.Environment.Variables.DATABASE_SECRET_ARN;
    expect(JSON.stringify(secret)).toContain('LoginsApplication');
  });

  it("failing invocations of Step Functions' API raise an alarm", () => {
    const ids = listResources(template, 'AWS::CloudWatch::Alarm').map(([id]) => id);

    expect(ids).toContainEqual(expect.stringContaining('Errorsstepfunctions'));
  });

  it("the function of Step Functions' API reads every variable of its environment", () => {
    const { Variables } = found.StepFunctions?.Properties.Environment ?? {};
    const read = new Set<string>(Object.values(envNames));
    const unread = Object.keys(Variables).filter((name) => !read.has(name));

    expect(unread.filter((name) => !/^(?:POWERTOOLS_|NODE_OPTIONS$)/.test(name))).toEqual([]);
  });
});

describe("Step Functions' API with roles of its callers", () => {
  it("Step Functions' API whose callers only read has the role of the reader, and runs nothing", () => {
    const access = { 'arn:aws:iam::*:role/watch': 'reader' } as const;
    const template = Template.fromStack(
      createStack(() => ({ stepFunctions: { access }, apiAccess: access, taskPolicies })),
    );
    const { Variables } = functionsOf(template).StepFunctions?.Properties.Environment ?? {};

    expect(Variables).toMatchObject({
      DATABASE_READ_ONLY: 'true',
      STEP_FUNCTIONS_ACCESS: JSON.stringify(access),
    });
    expect(JSON.stringify(Variables.DATABASE_SECRET_ARN)).toContain('LoginsReader');
    expect(listActions(listStatements(template, 'StepFunctionsRole'))).toEqual([
      'rds-data:ExecuteStatement',
      'secretsmanager:GetSecretValue',
    ]);
    expect(listStatements(template, 'StepFunctionsTasks')).toEqual([]);
  });

  it("Step Functions' API without roles is refused beside an HTTP API with roles", () => {
    const props = { stepFunctions: true, apiAccess: { '*': 'reader' } } as const;

    expect(() => createStack(() => props)).toThrow(/stepFunctions\.access: expected the roles/);
  });
});
