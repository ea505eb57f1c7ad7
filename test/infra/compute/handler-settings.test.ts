/** The settings of handlers, of callers and of releases, in one template. */
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  findResource,
  listActions,
  listResources,
  listStatements,
  type Statement,
} from '../template.ts';
import { createStack, functionsOf, workers } from './compute-stack.ts';

const secret = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop-AbCdEf';
const parameter = 'arn:aws:ssm:eu-central-1:000000000000:parameter/shop/url';
const taskRoleArn = 'arn:aws:iam::000000000000:role/tasks';
const layerArn = (name: string) => `arn:aws:lambda:eu-central-1:000000000000:layer:${name}:1`;

describe('the functions of an app with its own settings', () => {
  let template: Template;
  let found: ReturnType<typeof functionsOf>;

  beforeAll(() => {
    const stack = createStack((scope) => {
      const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', {
        vpcId: 'vpc-0a',
        availabilityZones: ['a'],
      });
      const layer = (name: string) => LayerVersion.fromLayerVersionArn(scope, name, layerArn(name));
      return {
        apiAccess: { '*': 'reader' },
        canary: true,
        taskRoleArn,
        handlerEnvironment: { SHOP: 'main' },
        handlerSecrets: { SHOP_KEY: secret, SHOP_URL: parameter },
        layers: [layer('sharp')],
        tracingLayer: layer('adot'),
        queueOptions: { low: { provisionedConcurrency: 2 } },
        workerNetwork: {
          vpc,
          vpcSubnets: { subnets: [Subnet.fromSubnetId(scope, 'Subnet', 'subnet-0a')] },
          securityGroups: [SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-0a')],
        },
      };
    });
    template = Template.fromStack(stack);
    found = functionsOf(template);
  });

  const variables = (name: string) => found[name]?.Properties.Environment.Variables;
  const of = (name: string) => listStatements(template, `${name}Role`);
  const grants = (statements: readonly Statement[], action: string) =>
    statements
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => Resource);

  it('handlers have their variables, and the functions that run them may read the secrets', () => {
    for (const name of [...workers, 'Leader']) {
      expect(variables(name)).toMatchObject({
        SHOP: 'main',
        HANDLER_SECRETS: JSON.stringify({ SHOP_KEY: secret, SHOP_URL: parameter }),
      });
      expect(grants(of(name), 'secretsmanager:GetSecretValue')).toContain(secret);
      expect(grants(of(name), 'ssm:GetParameter')).toEqual([parameter]);
    }
    for (const name of ['Archiver', 'Api', 'Migrate']) {
      expect(variables(name)).not.toHaveProperty('HANDLER_SECRETS');
      expect(JSON.stringify(of(name))).not.toContain('secret:shop');
    }
  });

  it('only workers assume the role of Tasks', () => {
    for (const name of workers) {
      expect(variables(name).TASK_ROLE_ARN).toBe(taskRoleArn);
      expect(grants(of(name), 'sts:AssumeRole')).toEqual([taskRoleArn]);
    }
    expect(variables('Leader')).not.toHaveProperty('TASK_ROLE_ARN');
  });

  it('only workers run in the VPC', () => {
    const inVpc = Object.entries(found).filter(([, { Properties }]) => Properties.VpcConfig);

    expect(inVpc.map(([name]) => name).toSorted()).toEqual(workers);
    expect(inVpc[0]?.[1].Properties.VpcConfig).toEqual({
      SecurityGroupIds: ['sg-0a'],
      SubnetIds: ['subnet-0a'],
    });
    expect(listActions(of('Workerlow'))).toContain('ec2:CreateNetworkInterface');
    expect(listActions(of('Leader')).join()).not.toContain('ec2:');
  });

  it('every function that loads the app has its layers, and traces with the layer of ADOT', () => {
    for (const [name, { Properties }] of Object.entries(found)) {
      if (name === 'Migrate') {
        expect(Properties.Layers).toBeUndefined();
        continue;
      }
      expect(Properties.Layers).toEqual([layerArn('adot'), layerArn('sharp')]);
      expect(variables(name)).toMatchObject({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument' });
    }
  });

  it('new versions of workers and of the API get a tenth of the work first', () => {
    const shifted = listResources(template, 'AWS::CodeDeploy::DeploymentGroup');

    expect(shifted).toHaveLength(workers.length + 1);
    for (const [, { Properties }] of shifted) {
      expect(Properties.DeploymentConfigName).toBe(
        'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      );
      expect(Properties.AlarmConfiguration.Alarms).toHaveLength(1);
      expect(Properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
  });

  it('event sources and the URL of the API invoke the version that is in use', () => {
    const aliases = listResources(template, 'AWS::Lambda::Alias').map(([id]) => id);
    const sources = listResources(template, 'AWS::Lambda::EventSourceMapping');
    const ofWorkers = sources.filter(([id]) => id.includes('Worker'));

    for (const [, { Properties }] of ofWorkers) {
      expect(aliases).toContain(Properties.FunctionName.Ref ?? targetOf(Properties.FunctionName));
    }
    expect(findResource(template, 'AWS::Lambda::Url').Properties.Qualifier).toBe('live');
    const kept = listResources(template, 'AWS::Lambda::Alias').flatMap(
      ([, { Properties }]) => Properties.ProvisionedConcurrencyConfig ?? [],
    );
    expect(kept).toEqual([{ ProvisionedConcurrentExecutions: 2 }]);
  });

  it('an API whose callers only read has the role of the reader, and changes nothing', () => {
    const { DATABASE_SECRET_ARN: arn, ...rest } = variables('Api');

    expect(JSON.stringify(arn)).toContain('LoginsReader');
    expect(rest).toMatchObject({ DATABASE_READ_ONLY: 'true', API_ACCESS: '{"*":"reader"}' });
    expect(listActions(of('Api'))).toEqual([
      'rds-data:ExecuteStatement',
      's3:GetObject',
      's3:ListBucket',
      'secretsmanager:GetSecretValue',
      'sqs:GetQueueAttributes',
      'sqs:ListQueueTags',
    ]);
  });

  it('each function reads the secret of its own role in the database, and no other', () => {
    const secretOf = (name: string) =>
      JSON.stringify(grants(of(name), 'secretsmanager:GetSecretValue'));

    for (const name of ['Leader', 'Archiver', ...workers]) {
      expect(secretOf(name)).toContain('LoginsApplication');
      expect(secretOf(name)).not.toMatch(/LoginsReader|MasterUserSecret/);
    }
    expect(secretOf('Api')).not.toMatch(/LoginsApplication|MasterUserSecret/);
    expect(secretOf('Migrate')).toMatch(/MasterUserSecret.*LoginsApplication.*LoginsReader/);
  });
});

/** Returns the alias in a name that is split from its ARN. */
function targetOf(name: { readonly 'Fn::Select'?: unknown }): string {
  return /"Ref":"(\w+)"/.exec(JSON.stringify(name))?.[1] ?? '';
}
