/** Resolving a template: intrinsic functions, names, and errors. */
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { findResource } from '../../../rehearsal/template/assembly.ts';
import { Resolution } from '../../../rehearsal/template/resolution.ts';
import {
  loadTemplates,
  resolveStack,
  synthesizeApp,
  type TestTemplate,
} from '../../support/assembly.ts';

/** Returns a text of `Fn::Sub` from one without dollars. */
const sub = (text: string) => text.replaceAll('{', '${');

const endpoint = 'http://127.0.0.1:4566';

/** Resolves a value in a template with a queue `Tasks`. */
async function resolve(value: Json, more: TestTemplate = {}): Promise<Json | undefined> {
  const resolution = await resolveStack(
    {
      Tasks: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tasks' } },
      Subject: { Type: 'AWS::Lambda::Function', Properties: { Value: value } },
    },
    more,
  );
  return propertiesOf(resolution, 'Subject').Value;
}

function propertiesOf(resolution: Resolution, logicalId: string, stack = 'Stack') {
  const resource = findResource(resolution.assembly, stack, logicalId);
  if (resource === undefined) throw new Error(`there is no ${logicalId}`);
  return resolution.propertiesOf(resource);
}

describe('a value of a template', () => {
  const mappings = {
    Mappings: { Sizes: { 'us-east-1': { tasks: 7 } } },
    Parameters: {
      Name: { Type: 'String', Default: 'Ada' },
      Names: { Type: 'CommaDelimitedList', Default: 'a,b' },
    },
    Conditions: {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      There: { 'Fn::Not': [{ Condition: 'Here' }] },
      Both: { 'Fn::And': [{ Condition: 'Here' }, { Condition: 'There' }] },
      Either: { 'Fn::Or': [{ Condition: 'Here' }, { Condition: 'There' }] },
    },
  };

  it.each<[string, Json, Json | undefined]>([
    ['Ref of a queue', { Ref: 'Tasks' }, `${endpoint}/000000000000/tasks`],
    ['GetAtt', { 'Fn::GetAtt': ['Tasks', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:tasks'],
    ['GetAtt of one text', { 'Fn::GetAtt': 'Tasks.QueueName' }, 'tasks'],
    ['Ref of a parameter', { Ref: 'Name' }, 'Ada'],
    ['Ref of a list', { Ref: 'Names' }, ['a', 'b']],
    ['a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }, 1]] }, 'a-Ada-1'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['Select', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['Sub', { 'Fn::Sub': sub('{Name} {Tasks.QueueName} {!Kept}') }, sub('Ada tasks {Kept}')],
    ['Sub with its own', { 'Fn::Sub': [sub('{a}'), { a: { Ref: 'Name' } }] }, 'Ada'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'tasks'] }, 7],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Sizes', 'x', 'y', { DefaultValue: 1 }] }, 1],
    ['If', { 'Fn::If': ['Here', 'here', 'there'] }, 'here'],
    ['If without a value', { a: { 'Fn::If': ['There', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    ['And', { 'Fn::If': ['Both', 1, 2] }, 2],
    ['Or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'us-east-1a'],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Name' } } }, '{"a":"Ada"}'],
    ['Length', { 'Fn::Length': [1, 2] }, 2],
    ['a key called like a method', { constructor: 1 }, { constructor: 1 }],
    ['a secret, which only AWS reads', '{{resolve:ssm:/a}}', '{{resolve:ssm:/a}}'],
  ])('a template value is resolved: %s', async (_, value, expected) => {
    expect(await resolve(value, mappings)).toEqual(expected);
  });

  it.each<[string, Json, RegExp]>([
    ['an unknown function', { 'Fn::Transform': {} }, /Fn::Transform is a function that/],
    ['an unknown resource', { Ref: 'Absent' }, /Stack has no resource and no parameter Absent/],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Tasks', 'Colour'] },
      /no attribute Colour here; known: Arn, QueueName/,
    ],
    ['an unknown condition', { 'Fn::If': ['Absent', 1, 2] }, /no condition Absent/],
    ['an unknown export', { 'Fn::ImportValue': 'a' }, /no stack exports a/],
    ['a selection beyond the end', { 'Fn::Select': [3, ['a']] }, /no element 3/],
    ['an unknown pseudo parameter', { Ref: 'AWS::Colour' }, /AWS::Colour is not a pseudo/],
    ['an object that is joined', { 'Fn::Join': ['', [{ a: 1 }]] }, /joins strings/],
  ])('a template value is refused with its path: %s', async (_, value, message) => {
    const resolving = resolve(value);

    await expect(resolving).rejects.toThrow(message);
    await expect(resolving).rejects.toThrow(/cannot resolve Stack\/Subject\/Properties\/Value/);
  });

  it('a value of another stack is read by its export and by its output', async () => {
    const assembly = await loadTemplates({
      Queues: {
        Resources: { Tasks: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'tasks' } } },
        Outputs: {
          Arn: {
            Value: { 'Fn::GetAtt': ['Tasks', 'Arn'] },
            Export: { Name: { 'Fn::Join': [':', [{ Ref: 'AWS::StackName' }, 'Arn']] } },
          },
        },
      },
      Compute: {
        Resources: {
          Worker: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              strong: { 'Fn::ImportValue': 'Queues:Arn' },
              weak: { 'Fn::GetStackOutput': { StackName: 'Queues', OutputName: 'Arn' } },
            },
          },
        },
      },
    });
    const resolution = new Resolution(assembly, { endpoint });

    const arn = 'arn:aws:sqs:us-east-1:000000000000:tasks';
    expect(propertiesOf(resolution, 'Worker', 'Compute')).toEqual({ strong: arn, weak: arn });
    expect(resolution.outputsOf('Queues')).toEqual({ Arn: arn });
  });

  it('an SSM parameter has the value that a stack stores, or a given one', async () => {
    const parameter = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' };
    const stored = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a', Value: 'A' } };
    const subject = { Type: 'AWS::Lambda::Function', Properties: { Value: { Ref: 'Given' } } };
    const assembly = await loadTemplates({
      Stack: { Parameters: { Given: parameter }, Resources: { stored, Subject: subject } },
    });
    const bare = await loadTemplates({
      Stack: { Parameters: { Given: parameter }, Resources: { Subject: subject } },
    });

    const found = propertiesOf(new Resolution(assembly, { endpoint }), 'Subject');
    const given = new Resolution(bare, { endpoint, parameters: { Given: 'B' } });
    expect(found).toEqual({ Value: 'A' });
    expect(propertiesOf(given, 'Subject')).toEqual({ Value: 'B' });
    expect(() => propertiesOf(new Resolution(bare, { endpoint }), 'Subject')).toThrow(
      /the SSM parameter \/a, which no stack creates/,
    );
  });

  it('a dynamic reference is resolved by the given function', async () => {
    const assembly = await loadTemplates({
      Stack: {
        Resources: {
          Subject: {
            Type: 'AWS::RDS::DBCluster',
            Properties: { User: { 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'a', '}}']] } },
          },
        },
      },
    });
    const resolution = new Resolution(assembly, {
      endpoint,
      dynamic: (reference) => `<${reference}>`,
    });

    expect(propertiesOf(resolution, 'Subject')).toEqual({ User: '<secretsmanager:a>' });
  });
});

describe('a resource of a template', () => {
  it('a resource whose condition does not hold is not deployed, and cannot be referred to', async () => {
    const resolution = await resolveStack(
      {
        Tasks: { Type: 'AWS::SQS::Queue', Condition: 'Never' },
        Subject: { Type: 'AWS::Lambda::Function', Properties: { Url: { Ref: 'Tasks' } } },
      },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
    );

    expect(resolution.resources.map(({ logicalId }) => logicalId)).toEqual(['Subject']);
    expect(() => propertiesOf(resolution, 'Subject')).toThrow(/Tasks is not deployed/);
  });

  it('a resource has a name like those of CloudFormation, the same in every run', async () => {
    const resources = {
      Tasks: { Type: 'AWS::SQS::Queue' },
      Reports: { Type: 'AWS::S3::Bucket' },
      [`Worker${'X'.repeat(80)}`]: { Type: 'AWS::Lambda::Function' },
    };
    const names = async () => {
      const resolution = await resolveStack(resources);
      return resolution.resources.map((resource) => resolution.nameOf(resource).ref);
    };

    const [queue, bucket, worker] = await names();
    expect(queue).toMatch(/\/000000000000\/Stack-Tasks-[0-9A-F]{12}$/);
    expect(bucket).toMatch(/^stack-reports-[0-9a-f]{12}$/);
    expect(worker).toHaveLength(64);
    expect(await names()).toEqual([queue, bucket, worker]);
  });

  it('a custom resource is named by its answer', async () => {
    const resolution = await resolveStack({
      Migration: { Type: 'Custom::Migration' },
      Subject: {
        Type: 'AWS::Lambda::Function',
        Properties: { Value: { 'Fn::GetAtt': ['Migration', 'Version'] } },
      },
    });
    const [migration] = resolution.ofType('Custom::Migration');
    if (migration === undefined) throw new Error('there is no custom resource');

    expect(() => propertiesOf(resolution, 'Subject')).toThrow(/has not answered yet/);
    resolution.setName(migration, { ref: 'migration-1', attributes: { Version: '12' } });
    expect(propertiesOf(resolution, 'Subject')).toEqual({ Value: '12' });
  });

  it('a resource of an unknown type is refused by its type', async () => {
    const resolution = await resolveStack({
      Odd: { Type: 'AWS::Quantum::Computer' },
      Subject: { Type: 'AWS::Lambda::Function', Properties: { Value: { Ref: 'Odd' } } },
    });

    expect(() => propertiesOf(resolution, 'Subject')).toThrow(
      /Stack\/Odd: .* Ref and GetAtt of AWS::Quantum::Computer/,
    );
  });

  it('a resource is found by its name and by its ARN', async () => {
    const resolution = await resolveStack({
      Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker' } },
    });

    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
    expect(resolution.find('AWS::Lambda::Function', 'worker')?.logicalId).toBe('Worker');
    expect(resolution.find('AWS::Lambda::Function', arn)?.logicalId).toBe('Worker');
    expect(resolution.find('AWS::Lambda::Function', 'leader')).toBeUndefined();
  });
});

describe('an app of the CDK', () => {
  it('every property of an app of the CDK is resolved', async () => {
    const { AuroraPostgresEngineVersion, ClusterInstance, DatabaseCluster, DatabaseClusterEngine } =
      await import('aws-cdk-lib/aws-rds');
    const { SubnetType, Vpc } = await import('aws-cdk-lib/aws-ec2');
    const { Bucket } = await import('aws-cdk-lib/aws-s3');
    const { EventBus } = await import('aws-cdk-lib/aws-events');
    const { Code, Function: LambdaFunction, Runtime } = await import('aws-cdk-lib/aws-lambda');
    const assembly = await synthesizeApp((app, { Stack }) => {
      const data = new Stack(app, 'Data');
      const vpc = new Vpc(data, 'Vpc', { natGateways: 0 });
      const version = AuroraPostgresEngineVersion.of('17.5', '17');
      const cluster = new DatabaseCluster(data, 'Database', {
        engine: DatabaseClusterEngine.auroraPostgres({ version }),
        // Its optional members are declared less strictly than those of its interface.
        vpc: vpc as IVpc,
        vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
        enableDataApi: true,
        writer: ClusterInstance.serverlessV2('Writer'),
      });
      const bucket = new Bucket(data, 'Bucket', { enforceSSL: true });
      const bus = new EventBus(data, 'Bus');
      const leader = new LambdaFunction(new Stack(app, 'Compute'), 'Leader', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = () => 1;'),
        environment: { CLUSTER: cluster.clusterArn, BUS: bus.eventBusName },
      });
      cluster.grantDataApiAccess(leader);
      bucket.grantReadWrite(leader);
      bus.grantPutEventsTo(leader);
    });
    const resolution = new Resolution(assembly, { endpoint });

    const resolved = JSON.stringify(
      resolution.resources.map((each) => resolution.propertiesOf(each)),
    );
    const [leader] = resolution.ofType('AWS::Lambda::Function');
    expect(resolved).not.toMatch(/"Fn::|"Ref"|undefined/);
    expect(leader && resolution.propertiesOf(leader).Environment).toEqual({
      Variables: {
        CLUSTER: expect.stringMatching(/^arn:aws:rds:us-east-1:000000000000:cluster:data-database/),
        BUS: expect.any(String),
      },
    });
  });
});
