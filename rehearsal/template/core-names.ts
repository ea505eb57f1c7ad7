import type { NameRule } from './name-rule.ts';

/** Takes the name from a property; the resource has no attributes. */
const named =
  (property: string, maximum?: number): NameRule =>
  (resource) => ({ ref: resource.name(property, maximum), attributes: {} });

/** Names of resources that a rehearsal runs or evaluates policies of, by CloudFormation's type. */
export const coreNames: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  [
    'AWS::SQS::Queue',
    (resource) => {
      const queue = resource.name('QueueName', 80);
      const url = `${resource.environment.endpoint}/${resource.environment.account}/${queue}`;
      const attributes = { Arn: resource.arn('sqs', queue), QueueName: queue, QueueUrl: url };
      return { ref: url, attributes };
    },
  ],
  [
    'AWS::S3::Bucket',
    (resource) => {
      const bucket = resource.name('BucketName', 63).toLowerCase();
      const host = `s3.${resource.environment.region}.amazonaws.com`;
      return {
        ref: bucket,
        attributes: {
          Arn: `arn:${resource.environment.partition}:s3:::${bucket}`,
          DomainName: `${bucket}.s3.amazonaws.com`,
          RegionalDomainName: `${bucket}.${host}`,
          DualStackDomainName: `${bucket}.s3.dualstack.${resource.environment.region}.amazonaws.com`,
          WebsiteURL: `http://${bucket}.s3-website-${resource.environment.region}.amazonaws.com`,
        },
      };
    },
  ],
  [
    'AWS::Lambda::Function',
    (resource) => {
      const name = resource.name('FunctionName');
      return { ref: name, attributes: { Arn: resource.arn('lambda', `function:${name}`) } };
    },
  ],
  [
    'AWS::Lambda::Version',
    (resource) => {
      const ref = `${resource.arn('lambda', `function:${functionName(resource.text('FunctionName'))}`)}:1`;
      return { ref, attributes: { Version: '1', FunctionArn: ref } };
    },
  ],
  [
    'AWS::Lambda::Alias',
    (resource) => {
      const name = functionName(resource.text('FunctionName'));
      const ref = resource.arn('lambda', `function:${name}:${resource.name('Name', 128)}`);
      return { ref, attributes: { AliasArn: ref } };
    },
  ],
  [
    'AWS::Lambda::Url',
    (resource) => {
      const name = functionName(resource.text('TargetFunctionArn'));
      const host = `${resource.hash(32)}.lambda-url.${resource.environment.region}.on.aws`;
      const ref = resource.arn('lambda', `function:${name}`);
      return { ref, attributes: { FunctionArn: ref, FunctionUrl: `https://${host}/` } };
    },
  ],
  [
    'AWS::Lambda::EventSourceMapping',
    (resource) => {
      const ref = uuid(resource.hash(32));
      const arn = resource.arn('lambda', `event-source-mapping:${ref}`);
      return { ref, attributes: { Id: ref, EventSourceMappingArn: arn } };
    },
  ],
  [
    'AWS::Lambda::Permission',
    (resource) => ({ ref: resource.name('Id'), attributes: { Id: resource.name('Id') } }),
  ],
  ['AWS::Lambda::EventInvokeConfig', named('Id')],
  [
    'AWS::Lambda::LayerVersion',
    (resource) => {
      const ref = `${resource.arn('lambda', `layer:${resource.name('LayerName')}`)}:1`;
      return { ref, attributes: { LayerVersionArn: ref } };
    },
  ],
  [
    'AWS::IAM::Role',
    (resource) => {
      const { partition, account } = resource.environment;
      const role = resource.name('RoleName');
      const arn = `arn:${partition}:iam::${account}:role${resource.text('Path') ?? '/'}${role}`;
      const RoleId = `AROA${resource.hash(16).toUpperCase()}`;
      return { ref: role, attributes: { Arn: arn, RoleId } };
    },
  ],
  [
    'AWS::IAM::Policy',
    (resource) => ({ ref: resource.name('PolicyName'), attributes: { Id: resource.hash(20) } }),
  ],
  ['AWS::IAM::RolePolicy', named('PolicyName')],
  [
    'AWS::IAM::ManagedPolicy',
    (resource) => {
      const { partition, account } = resource.environment;
      const path = `${resource.text('Path') ?? '/'}${resource.name('ManagedPolicyName')}`;
      const ref = `arn:${partition}:iam::${account}:policy${path}`;
      return {
        ref,
        attributes: { PolicyArn: ref, PolicyId: `ANPA${resource.hash(16).toUpperCase()}` },
      };
    },
  ],
  [
    'AWS::SQS::QueuePolicy',
    (resource) => ({ ref: resource.name('Id'), attributes: { Id: resource.name('Id') } }),
  ],
  ['AWS::S3::BucketPolicy', (resource) => ({ ref: resource.text('Bucket') ?? '', attributes: {} })],
  [
    'AWS::Events::EventBus',
    (resource) => {
      const bus = resource.name('Name', 256);
      return {
        ref: bus,
        attributes: { Arn: resource.arn('events', `event-bus/${bus}`), Name: bus },
      };
    },
  ],
  ['AWS::Events::EventBusPolicy', named('StatementId')],
  [
    'AWS::Events::Rule',
    (resource) => {
      const rule = resource.name('Name');
      const bus = resource.text('EventBusName')?.split('/').at(-1) ?? 'default';
      const path = bus === 'default' ? rule : `${bus}/${rule}`;
      const ref = bus === 'default' ? rule : `${bus}|${rule}`;
      return { ref, attributes: { Arn: resource.arn('events', `rule/${path}`) } };
    },
  ],
  [
    'AWS::Scheduler::Schedule',
    (resource) => {
      const schedule = resource.name('Name');
      const group = resource.text('GroupName') ?? 'default';
      const arn = resource.arn('scheduler', `schedule/${group}/${schedule}`);
      return { ref: schedule, attributes: { Arn: arn } };
    },
  ],
  [
    'AWS::Scheduler::ScheduleGroup',
    (resource) => {
      const group = resource.name('Name');
      const Arn = resource.arn('scheduler', `schedule-group/${group}`);
      const dates = { CreationDate: '', LastModificationDate: '' };
      return { ref: group, attributes: { Arn, State: 'ACTIVE', ...dates } };
    },
  ],
  [
    'AWS::RDS::DBCluster',
    (resource) => {
      const cluster = resource.name('DBClusterIdentifier', 63).toLowerCase();
      const host = `${resource.hash(12)}.${resource.environment.region}.rds.amazonaws.com`;
      return {
        ref: cluster,
        attributes: {
          DBClusterArn: resource.arn('rds', `cluster:${cluster}`),
          DBClusterResourceId: `cluster-${resource.hash(26).toUpperCase()}`,
          'Endpoint.Address': `${cluster}.cluster-${host}`,
          'Endpoint.Port': resource.text('Port') ?? '5432',
          'ReadEndpoint.Address': `${cluster}.cluster-ro-${host}`,
          'MasterUserSecret.SecretArn': resource.arn(
            'secretsmanager',
            `secret:rds!cluster-${uuid(resource.hash(32))}-${resource.hash(6)}`,
          ),
        },
      };
    },
  ],
  [
    'AWS::SecretsManager::Secret',
    (resource) => {
      const ref = resource.arn(
        'secretsmanager',
        `secret:${resource.name('Name', 512)}-${resource.hash(6)}`,
      );
      return { ref, attributes: { Id: ref } };
    },
  ],
  [
    'AWS::SecretsManager::SecretTargetAttachment',
    (resource) => {
      const ref = resource.text('SecretId') ?? '';
      return { ref, attributes: { Id: ref } };
    },
  ],
  [
    'AWS::KMS::Key',
    (resource) => {
      const key = uuid(resource.hash(32));
      return { ref: key, attributes: { Arn: resource.arn('kms', `key/${key}`), KeyId: key } };
    },
  ],
  ['AWS::KMS::Alias', named('AliasName', 256)],
  [
    'AWS::SNS::Topic',
    (resource) => {
      const topic = resource.name('TopicName', 256);
      const ref = resource.arn('sns', topic);
      return { ref, attributes: { TopicArn: ref, TopicName: topic } };
    },
  ],
  [
    'AWS::Logs::LogGroup',
    (resource) => {
      const group = resource.name('LogGroupName', 512);
      return { ref: group, attributes: { Arn: resource.arn('logs', `log-group:${group}:*`) } };
    },
  ],
]);

/** Returns the name of a function from its name or ARN. */
function functionName(nameOrArn = ''): string {
  const parts = nameOrArn.split(':');
  return parts.length > 1 ? (parts[6] ?? nameOrArn) : nameOrArn;
}

function uuid(hash: string): string {
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
