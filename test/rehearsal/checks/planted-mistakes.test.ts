/** Mistakes in templates that show only at a later deploy, in a new account, or at the end. */
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../lib/asl/json/json.ts';
import { checkAssembly } from '../../../rehearsal/checks/check-assembly.ts';
import { AccessModel } from '../../../rehearsal/iam/access-model.ts';
import { type Assembly, loadAssembly } from '../../../rehearsal/template/assembly.ts';
import { Resolution } from '../../../rehearsal/template/resolution.ts';
import { createTestTopology } from '../../infra/test-topology.ts';
import { synthesizeApp } from '../../support/assembly.ts';
import { type SmallResources, writeSmallAssembly } from '../../support/small-assembly.ts';

function findProblems(assembly: Assembly, quota?: number): string[] {
  const resolution = new Resolution(assembly, { endpoint: 'http://127.0.0.1:4566' });
  const found = checkAssembly(resolution, new AccessModel(resolution), () => {}, quota);
  return found.map(({ resource, message }) => `${resource}: ${message}`);
}

async function findProblemsWith(
  change: (resources: SmallResources) => void,
  quota?: number,
): Promise<string[]> {
  return findProblems(await loadAssembly(await writeSmallAssembly(change)), quota);
}

/** Adds a resource that migrates a database that the worker uses. */
function addSchema(resources: SmallResources): void {
  const { Worker: worker } = resources;
  if (worker === undefined) throw new Error('there is no worker');
  const variables = { DATABASE_CLUSTER_ARN: 'arn:aws:rds:us-east-1:000000000000:cluster:orders' };
  const { Environment: environment } = worker.Properties;
  const known = isObject(environment as Json) ? (environment as JsonObject).Variables : {};
  worker.Properties.Environment = { Variables: { ...(known as JsonObject), ...variables } };
  resources.Schema = {
    Type: 'Custom::MillraceSchema',
    Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:migrate' },
  };
}

/** Lets CodeDeploy shift the worker, by an alias that its rule names and its mapping does not. */
function addCanary(resources: SmallResources): void {
  Object.assign(resources.Worker?.Properties ?? {}, { FunctionName: 'Worker' });
  const target = { Id: 'worker', Arn: { Ref: 'Live' } };
  Object.assign(resources.Rule?.Properties ?? {}, { Targets: [target] });
  Object.assign(resources.Permission?.Properties ?? {}, { FunctionName: { Ref: 'Live' } });
  const update = { DeploymentGroupName: { Ref: 'Group' } };
  Object.assign(resources, {
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: { Ref: 'Worker' }, Name: 'live', FunctionVersion: '1' },
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: update },
    },
    Shift: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'codedeploy.amazonaws.com' },
          },
        },
        ManagedPolicyArns: [
          'arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited',
        ],
      },
    },
    Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'errors' } },
    Group: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AlarmConfiguration: { Alarms: [{ Name: { Ref: 'Errors' } }], Enabled: true },
        AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_STOP_ON_ALARM'] },
        ServiceRoleArn: { 'Fn::GetAtt': ['Shift', 'Arn'] },
      },
    },
  });
}

const network = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' } } },
  Group: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { SubnetIds: [{ Ref: 'Subnet' }] } },
};
const keptCluster = {
  Type: 'AWS::RDS::DBCluster',
  DeletionPolicy: 'Retain',
  Properties: { EnableHttpEndpoint: true, DBSubnetGroupName: { Ref: 'Group' } },
};

describe('mistakes that a first deploy does not show', () => {
  it.each<[string, (resources: SmallResources) => void, RegExp]>([
    [
      'a function that does not depend on the migration',
      addSchema,
      /^Stack\/Worker: it does not depend on Stack\/Schema, so a deploy may run its new code/,
    ],
    [
      'a kept cluster in a network that is deleted',
      (resources) => Object.assign(resources, network, { Cluster: keptCluster }),
      /^Stack\/Group: its stack cannot be deleted: Stack\/Cluster is kept and uses it/,
    ],
    [
      'a bucket that is deleted with its objects in it',
      (resources) => {
        resources.Bucket = { Type: 'AWS::S3::Bucket', Properties: {} };
      },
      /^Stack\/Bucket: its stack cannot be deleted once it has objects/,
    ],
    [
      'a mapping that invokes a function without the alias that is shifted',
      addCanary,
      /^Stack\/Mapping: it invokes Worker without the alias live, so it gets a new version at once/,
    ],
    [
      'an alias whose failing version no alarm takes back',
      (resources) => {
        addCanary(resources);
        Object.assign(resources.Mapping?.Properties ?? {}, { FunctionName: 'Worker:live' });
        Object.assign(resources.Group?.Properties ?? {}, { AlarmConfiguration: {} });
      },
      /^Stack\/Group: no alarm takes a new version of Live back/,
    ],
  ])('a check of templates names the resource and the remedy: %s', async (_, change, expected) => {
    expect(await findProblemsWith(change)).toEqual([expect.stringMatching(expected)]);
  });

  it('a function whose mapping or role depends on the migration still has to depend on it itself', async () => {
    const problems = await findProblemsWith((resources) => {
      addSchema(resources);
      Object.assign(resources.Worker ?? {}, { DependsOn: ['Schema'] });
    });

    expect(problems).toEqual([]);
  });

  it('functions that reserve more than a quota allows are found, and none need a quota otherwise', async () => {
    const reserve = (resources: SmallResources) => {
      Object.assign(resources.Worker?.Properties ?? {}, { ReservedConcurrentExecutions: 76 });
    };

    expect(await findProblemsWith(reserve, 10)).toEqual([
      expect.stringMatching(/^Stack\/Worker: the functions reserve 76 of the 10/),
    ]);
    expect(await findProblemsWith(reserve)).toEqual([]);
    expect(await findProblemsWith(() => {}, 10)).toEqual([]);
  });
});

describe('a key of the account that encrypts everything', () => {
  it('a key whose policy is asked for every use allows them all, and each service that it does not name is found', async () => {
    const { Key } = await import('aws-cdk-lib/aws-kms');
    const assembly = await synthesizeApp((app, cdk) => {
      const stack = new cdk.Stack(app, 'Stack');
      createTestTopology(stack, {
        app: { configFile: '', queues: { default: 1 }, machines: [], batches: [] },
        encryptionKey: new Key(stack, 'Key'),
        alarms: { emails: ['on-call@example.com'] },
      });
    });
    const findWithout = (service: string) => findProblems(withoutStatement(assembly, service));

    expect(findProblems(assembly)).toEqual([]);
    expect(findWithout('cloudwatch.').join('\n')).toMatch(/Alarm.*kms:.*policy of the key/);
    expect(findWithout('events.').join('\n')).toMatch(/events.*kms:.*policy of the key/);
    expect(findWithout('logs.').join('\n')).toMatch(/Logs.*kms:.*policy of the key/);
  });
});

/** Removes a service from the statements of every key's policy. */
function withoutStatement(assembly: Assembly, service: string): Assembly {
  const stacks = assembly.stacks.map((stack) => ({
    ...stack,
    resources: stack.resources.map((resource) => {
      const { KeyPolicy: policy } = resource.properties;
      if (!isObject(policy) || !Array.isArray(policy.Statement)) return resource;
      const kept = policy.Statement.flatMap((statement): Json[] => {
        const { Principal } = isObject(statement) ? statement : {};
        const services = isObject(Principal) ? [Principal.Service ?? []].flat() : [];
        const left = services.filter((each) => !JSON.stringify(each).includes(service));
        if (services.length === 0 || !isObject(statement)) return [statement];
        return left.length === 0 ? [] : [{ ...statement, Principal: { Service: left } }];
      });
      const KeyPolicy = { ...policy, Statement: kept };
      return { ...resource, properties: { ...resource.properties, KeyPolicy } };
    }),
  }));
  return { ...assembly, stacks };
}
